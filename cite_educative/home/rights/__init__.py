"""The rights matrix: what each role reads and does, found by asking the rules themselves."""

from cite_educative.home.rights.matrix import Cell, RightsMatrix, Row, rights_matrix, rules_of_role

__all__ = ["Cell", "RightsMatrix", "Row", "rights_matrix", "rules_of_role"]
