"""What the papers of the evaluation hold and print: strings, frozen in their versions."""
