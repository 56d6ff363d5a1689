"""The command line as a person or a script calls it: real processes, exit codes, standard output and error."""
