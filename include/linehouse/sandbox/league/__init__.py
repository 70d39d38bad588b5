"""A seeded league of two sports. Everything is a function of the seed and of the moment asked
for, so that any moment can be asked again and in any order."""
