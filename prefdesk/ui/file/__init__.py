"""What becomes of the project's file: it cannot be opened, is damaged, moved, or needs a backup."""
