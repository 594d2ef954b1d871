/*
 * measure - run a pipeline and say what each of its commands cost.
 *
 *	measure [-n TIMES] [-i FILE] [-o FILE] COMMAND [ARG]... ['|' COMMAND [ARG]...]...
 *
 * Prints one line a command: microseconds from the start to its end, of user time, of system time, peak resident
 * memory in KiB, exit status (128 + N for signal N). With -n the mean of so many runs, but the highest memory.
 * Linux charges a child with the memory of the process that started it, so this one stays small.
 */
#define _GNU_SOURCE			/* wait4, pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STAGES = 16 };

struct stage {
	char **argv;
	pid_t pid;
	long long wall, user, sys;
	long memory;
	int status;
};

struct pipeline {
	const char *input, *output;
	struct stage stages[STAGES];
	int count;
};

extern char **environ;

static void
die(const char *what, int error)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(error));
	exit(2);
}

static long long
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long
timeval(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

static int
open_file(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0666);

	if (fd < 0)
		die(name, errno);
	return fd;
}

static void
spawn(struct stage *stage, int in, int out)
{
	posix_spawn_file_actions_t actions;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(&stage->pid, stage->argv[0], &actions, NULL, stage->argv, environ);
	if (error != 0)
		die(stage->argv[0], error);
	posix_spawn_file_actions_destroy(&actions);
	close(in);
	close(out);
}

static void
start(struct pipeline *p)
{
	int in = open_file(p->input, O_RDONLY), ends[2];

	for (int i = 0; i < p->count - 1; i++) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			die("pipe", errno);
		spawn(&p->stages[i], in, ends[1]);
		in = ends[0];
	}
	spawn(&p->stages[p->count - 1], in, open_file(p->output, O_WRONLY | O_CREAT | O_TRUNC));
}

static void
account(struct stage *stage, long long wall, int status, const struct rusage *usage)
{
	stage->wall += wall;
	stage->user += timeval(usage->ru_utime);
	stage->sys += timeval(usage->ru_stime);
	if (stage->memory < usage->ru_maxrss)
		stage->memory = usage->ru_maxrss;
	if (status != 0)
		stage->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
run(struct pipeline *p)
{
	long long begin = microseconds();

	start(p);
	for (int left = p->count; left > 0; left--) {
		struct rusage usage;
		int status;
		pid_t pid = wait4(-1, &status, 0, &usage);

		if (pid < 0)
			die("wait", errno);
		for (int i = 0; i < p->count; i++)
			if (p->stages[i].pid == pid)
				account(&p->stages[i], microseconds() - begin, status, &usage);
	}
}

static void
report(const struct pipeline *p, long times)
{
	for (int i = 0; i < p->count; i++) {
		const struct stage *s = &p->stages[i];

		printf("%lld %lld %lld %ld %d\n", s->wall / times, s->user / times, s->sys / times, s->memory, s->status);
	}
}

static void
split(struct pipeline *p, char **argv)
{
	p->stages[p->count++].argv = argv;
	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "|") == 0 && p->count < STAGES) {
			*argv = NULL;
			p->stages[p->count++].argv = argv + 1;
		}
}

static void
usage(void)
{
	fprintf(stderr, "usage: measure [-n TIMES] [-i FILE] [-o FILE] COMMAND [ARG]... ['|' COMMAND [ARG]...]...\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	struct pipeline p = { .input = "/dev/null", .output = "/dev/null" };
	long times = 1;
	int option;

	while ((option = getopt(argc, argv, "+n:i:o:")) != -1)
		switch (option) {
		case 'n': times = strtol(optarg, NULL, 10); break;
		case 'i': p.input = optarg; break;
		case 'o': p.output = optarg; break;
		default: usage();
		}
	if (times < 1 || argv[optind] == NULL)
		usage();
	split(&p, argv + optind);
	for (int i = 0; i < p.count; i++)
		if (p.stages[i].argv[0] == NULL)
			usage();
	for (long i = 0; i < times; i++)
		run(&p);
	report(&p, times);
	return 0;
}
