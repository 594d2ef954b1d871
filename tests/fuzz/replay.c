/*
 * A target without a fuzzer: each file once.
 *	TARGET FILE...
 * The last line is the number of files.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char *argv[])
{
	static uint8_t text[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "r");
		size_t n;
		uint8_t *own;

		if (file == NULL) {
			perror(argv[i]);
			return 2;
		}
		n = fread(text, 1, sizeof text, file);
		fclose(file);
		fprintf(stderr, "%s\n", argv[i]); /* the last one named is the one that crashed */
		if ((own = malloc(n + 1)) == NULL)
			abort();
		for (size_t k = 0; k < n; k++)
			own[k] = text[k];
		LLVMFuzzerTestOneInput(own, n);
		free(own);
	}
	printf("%d\n", argc - 1);
	return 0;
}
