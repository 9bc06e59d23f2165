/*
 * command.h - the table of commands, and what a command gets.
 *
 * A command is a row: its options are a table too, from which parsing, help,
 * completions and man pages are made. Results go to stdout, everything else to
 * stderr; only cli/ prints.
 */
#ifndef GWT_CLI_COMMAND_H
#define GWT_CLI_COMMAND_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

enum gwt_option_kind {
	GWT_OPT_FLAG,     /* bool */
	GWT_OPT_TEXT,     /* const char *; the last one wins */
	GWT_OPT_PATH,     /* the same, of a file or folder: in gwtape.json relative to that file's folder */
	GWT_OPT_ENDPOINT, /* the same, one of `values` or an http(s) URL: shown without what may be secret */
	GWT_OPT_CHOICE,   /* int: the code of one of `values` */
	GWT_OPT_NUMBER,   /* int64_t, not negative, at most `max` */
	GWT_OPT_DURATION, /* the same, in milliseconds; written, and `max`, in units of `unit_ms` */
	GWT_OPT_RATE,     /* double: a number per second; 0: no limit */
	GWT_OPT_LIST,     /* struct gwt_words; may be repeated */
	GWT_OPT_REPORTS,  /* the same, of FORMAT:FILE */
	GWT_OPT_SECRET,   /* the same, of texts that are never shown */
};

struct gwt_words {
	char **items;
	size_t len, cap;
};

struct gwt_option {
	const char *name;  /* without dashes; NULL ends a table */
	const char *value; /* "DIR" in help; NULL for a flag */
	const char *help;
	enum gwt_option_kind kind;
	size_t offset;      /* into the command's options structure */
	const char *values; /* "wire|signed|contract|effect": the only words allowed; NULL: any */
	const char *config; /* gwtape.json member and GWT_* name when it differs from `name`; "" for none */
	const int *codes;   /* of a choice: what each of `values` means, in their order */
	int usual;          /* of a choice: its meaning when it is not given */
	int64_t max;        /* 0: none */
	int64_t unit_ms;
};

/* The arguments that are not options. */
struct gwt_arguments {
	struct gwt_words words; /* positional */
	char **command;         /* what follows `--`, NULL-ended; NULL when there is no `--` */
};

struct gwt_command {
	const char *name;
	const char *about;    /* one line */
	const char *synopsis; /* positional arguments in usage: "[SCENARIO...]" */
	const struct gwt_option *options;
	size_t options_size; /* of the structure that `options` fill */
	/* `options` is zeroed, then filled from gwtape.json, GWT_* variables and flags, in this order. */
	gwt_status (*run)(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
			  int *exit_code, struct gwt_error *err);
	const char *details; /* more help text; may be NULL */
	/*
	 * For a command with its own command line: gets argv from the command's name on. Of the row, only
	 * `about` and `details` are used then. NULL for all other commands.
	 */
	int (*own_main)(int argc, char **argv);
};

/*
 * All commands, NULL-ended. main() sets the table, so that commands that list commands need not include the
 * file that includes every command.
 */
extern const struct gwt_command *const *gwt_commands;

/* The option's name in gwtape.json, from which the variable's name is made, too; "" when it has none. */
const char *gwt_option_config_name(const struct gwt_option *option);

/*
 * gwt_say() prints one message on stderr as "gwtape: …", gwt_say_plain() without that word; gwt_say_error()
 * prints the error that ends a command, red on a terminal.
 */
void gwt_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void gwt_say_plain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The line of a terminal that shows how far a run is: it replaces itself, and "" clears it. */
void gwt_say_live(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void gwt_say_error(const char *message);
/* printf() to stdout, for text that holds names, paths or values that are not ours. */
void gwt_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Whether stderr (stdout) is a terminal and NO_COLOR is not set. */
bool gwt_err_is_terminal(void);
bool gwt_out_is_terminal(void);

#endif
