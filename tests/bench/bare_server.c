/* The bare loop as a program, for tests/bench/replay.py: writes its port (an int) to stdout and serves. */
#include <unistd.h>

#include "tests/bench/load.h"

int main(void)
{
	load_serve_bare(STDOUT_FILENO);
	return 1;
}
