/*
 * A command on every damaged copy of a file, in one process:
 *	damage cut|flip|drop|double STEP FILE COMMAND...
 * The copy is FILE.bad, the last argument of the command: cut short at each STEPth byte, with a bit of that byte flipped, or
 * with the byte missing or twice. Each time the command must end with status 2, say one line that names the file, write
 * nothing, and leave the file as it was. What it did otherwise is told; the last line is the number of copies.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1 << 20 };

static char good[MOST], bad[MOST + 1], now[MOST + 1], said[4096], name[4096];

static size_t
slurp(const char *path, char *to, size_t room)
{
	FILE *file = fopen(path, "r");
	size_t n = file != NULL ? fread(to, 1, room, file) : 0;

	if (file == NULL || fclose(file) != 0) {
		perror(path);
		exit(2);
	}
	return n;
}

static void
spit(const char *path, const char *from, size_t n)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(from, 1, n, file) != n || fclose(file) != 0) {
		perror(path);
		exit(2);
	}
}

/* The copy that is damaged at byte i; its length. */
static size_t
damaged(char how, size_t n, size_t i)
{
	memcpy(bad, good, n);
	switch (how) {
	case 'c':
		return i;
	case 'f':
		bad[i] ^= (char)(1 << i * 5 % 8);
		return n;
	case 'd':
		memmove(bad + i, good + i + 1, n - i - 1);
		return n - 1;
	default:
		memmove(bad + i + 1, good + i, n - i);
		return n + 1;
	}
}

/* Run the command: standard output to the file OUT beside the copy, what it says to said. Its status. */
static int
run(char *argv[])
{
	int fds[2], status;
	ssize_t n, got = 0;
	pid_t pid;

	if (pipe(fds) < 0 || (pid = fork()) < 0)
		exit(2);
	if (pid == 0) {
		dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		dup2(open("damage.out", O_WRONLY | O_CREAT | O_APPEND, 0666), STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	while (got < (ssize_t)sizeof said - 1 && (n = read(fds[0], said + got, sizeof said - 1 - (size_t)got)) > 0)
		got += n;
	said[got] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char *argv[])
{
	static char *command[64];
	size_t step = argc > 4 ? strtoul(argv[2], NULL, 10) : 0, n, copies = 0;
	int failures = 0;

	if (step == 0)
		return 2;
	n = slurp(argv[3], good, MOST);
	snprintf(name, sizeof name, "%s.bad", argv[3]);
	memcpy(command, argv + 4, (size_t)(argc - 4) * sizeof *command);
	command[argc - 4] = name;
	for (size_t i = 0; i < n; i += step, copies++) {
		size_t length = damaged(strcmp(argv[1], "double") == 0 ? '2' : *argv[1], n, i);
		char *end;
		int status;

		if (length == n && memcmp(good, bad, n) == 0)
			continue;
		spit(name, bad, length);
		status = run(command);
		end = strchr(said, '\n');
		if (status != 2 || strstr(said, name) == NULL || end == NULL || end[1] != '\0') {
			printf("%s at byte %zu: status %d, says: %s\n", argv[1], i, status, said);
			failures++;
		}
		if (slurp(name, now, sizeof now) != length || memcmp(now, bad, length) != 0) {
			printf("%s at byte %zu: the file has been changed\n", argv[1], i);
			failures++;
		}
	}
	if (slurp("damage.out", now, 1) != 0) {
		printf("something was written\n");
		failures++;
	}
	printf("%zu\n", copies);
	return failures > 0;
}
