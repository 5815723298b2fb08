/* The engine calculates with integers only: the interpreter is built without floating point. */
