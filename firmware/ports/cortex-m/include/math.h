/* The engine uses integers only: the interpreter is built without floating point. */
