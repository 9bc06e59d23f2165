#include <stdio.h>

int main(void)
{
	puts("gwtape " GWT_VERSION);
	return 0;
}
