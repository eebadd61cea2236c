from evaluation.services.protocol import add_usual_protocol

__all__ = ["add_usual_protocol"]
