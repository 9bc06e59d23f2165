#include "lib/net/piped.h"

#include <signal.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/net/internal.h"

enum {
	ERRORS_KEPT = 4096,
	/* wait for output after the program ended, if another process holds its pipe open */
	LINGER_MS = 1000,
};

struct gwt_piped {
	uv_process_t process;
	uv_pipe_t in, out, errors;
	uv_timer_t linger;
	struct gwt_loop *loop;
	struct gwt_piped *next;
	struct gwt_piped_options options;
	char kept[ERRORS_KEPT]; /* the end of stderr */
	size_t kept_len;
	int exit_code;
	unsigned open; /* number of its output streams that have not ended */
	bool spawned, exited, ended, in_closed;
};

/* A write in progress; it owns its bytes. */
struct write {
	uv_write_t request;
	char bytes[];
};

static void close_once(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void close_input(struct gwt_piped *piped)
{
	piped->in_closed = true;
	close_once((uv_handle_t *)&piped->in);
}

static void close_all(struct gwt_piped *piped)
{
	close_input(piped);
	close_once((uv_handle_t *)&piped->out);
	close_once((uv_handle_t *)&piped->errors);
	close_once((uv_handle_t *)&piped->linger);
}

static void end(struct gwt_piped *piped)
{
	if (piped->ended)
		return;
	piped->ended = true;
	close_all(piped);
	piped->options.on_end(piped->options.arg, piped, piped->exit_code);
}

/* Processes that the program started are in its group, and outlive it unless they are killed. */
static void kill_group(struct gwt_piped *piped)
{
	kill(-uv_process_get_pid(&piped->process), SIGKILL);
}

/* Another process of its group still holds its pipes open. */
static void on_linger(uv_timer_t *timer)
{
	struct gwt_piped *piped = timer->data;

	kill_group(piped);
	end(piped);
}

static void on_exit_of(uv_process_t *process, int64_t exit_status, int term_signal)
{
	struct gwt_piped *piped = process->data;

	piped->exited = true;
	piped->exit_code = term_signal ? 128 + term_signal : (int)exit_status;
	close_once((uv_handle_t *)process);
	if (piped->open == 0)
		end(piped);
	else
		uv_timer_start(&piped->linger, on_linger, LINGER_MS, 0);
}

static void on_stream_end(struct gwt_piped *piped, uv_stream_t *stream)
{
	close_once((uv_handle_t *)stream);
	if (--piped->open == 0 && piped->exited)
		end(piped);
}

static void give_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
	struct gwt_piped *piped = handle->data;

	(void)wanted;
	*out = uv_buf_init(piped->loop->read_buffer, GWT_READ_BYTES);
}

static void on_output(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
	struct gwt_piped *piped = stream->data;

	if (count < 0)
		on_stream_end(piped, stream);
	else if (count > 0)
		piped->options.on_output(piped->options.arg, piped,
					 (struct gwt_span){ buf->base, (size_t)count });
}

static void keep(struct gwt_piped *piped, struct gwt_span bytes)
{
	size_t old;

	if (bytes.len > ERRORS_KEPT)
		bytes = gwt_span_slice(bytes, bytes.len - ERRORS_KEPT, bytes.len);
	old = piped->kept_len + bytes.len > ERRORS_KEPT ? ERRORS_KEPT - bytes.len : piped->kept_len;
	memmove(piped->kept, piped->kept + piped->kept_len - old, old);
	gwt_copy(piped->kept + old, bytes.ptr, bytes.len);
	piped->kept_len = old + bytes.len;
}

static void on_errors(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
	struct gwt_piped *piped = stream->data;

	if (count < 0)
		on_stream_end(piped, stream);
	else if (count > 0)
		keep(piped, (struct gwt_span){ buf->base, (size_t)count });
}

static void init_handles(struct gwt_piped *piped)
{
	uv_pipe_t *pipes[] = { &piped->in, &piped->out, &piped->errors };

	for (size_t i = 0; i < GWT_LEN(pipes); i++) {
		uv_pipe_init(&piped->loop->uv, pipes[i], 0);
		pipes[i]->data = piped;
	}
	uv_timer_init(&piped->loop->uv, &piped->linger);
	piped->linger.data = piped->process.data = piped;
}

static int spawn(struct gwt_piped *piped)
{
	uv_stdio_container_t stdio[3] = {
		{ .flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&piped->in },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&piped->out },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&piped->errors },
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_of,
		.file = piped->options.argv[0],
		.args = (char **)(uintptr_t)piped->options.argv,
		.env = (char **)(uintptr_t)piped->options.environment,
		.cwd = piped->options.folder,
		.flags = UV_PROCESS_DETACHED, /* a process group of its own */
		.stdio = stdio,
		.stdio_count = 3,
	};

	return gwt_loop_spawn(piped->loop, &piped->process, &options);
}

gwt_status gwt_piped_spawn(struct gwt_loop *loop, const struct gwt_piped_options *options,
			   struct gwt_piped **out, struct gwt_error *err)
{
	struct gwt_piped *piped = gwt_xcalloc(1, sizeof(*piped));
	int result;

	piped->loop = loop;
	piped->next = loop->piped;
	piped->options = *options;
	loop->piped = piped;
	init_handles(piped);
	result = spawn(piped);
	if (result != 0) {
		piped->exited = piped->ended = true;
		close_once((uv_handle_t *)&piped->process);
		close_all(piped);
		return gwt_fail(err, GWT_EUSAGE, "cannot run '%s': %s", options->argv[0],
				uv_strerror(result));
	}
	piped->spawned = true;
	piped->open = 2;
	uv_read_start((uv_stream_t *)&piped->out, give_buffer, on_output);
	uv_read_start((uv_stream_t *)&piped->errors, give_buffer, on_errors);
	*out = piped;
	return GWT_OK;
}

static void on_written(uv_write_t *request, int status)
{
	(void)status; /* it ended: on_end reports that */
	free(request->data);
}

void gwt_piped_write(struct gwt_piped *piped, struct gwt_span bytes)
{
	struct write *write;
	uv_buf_t buf;

	if (piped->in_closed)
		return;
	write = gwt_xcalloc(1, sizeof(*write) + bytes.len);
	gwt_copy(write->bytes, bytes.ptr, bytes.len);
	write->request.data = write;
	buf = uv_buf_init(write->bytes, (unsigned)bytes.len);
	if (uv_write(&write->request, (uv_stream_t *)&piped->in, &buf, 1, on_written) != 0)
		free(write);
}

static void on_shut(uv_shutdown_t *request, int status)
{
	(void)status;
	free(request);
}

void gwt_piped_close_input(struct gwt_piped *piped)
{
	uv_shutdown_t *request;

	if (piped->in_closed)
		return;
	piped->in_closed = true;
	request = gwt_xcalloc(1, sizeof(*request));
	if (uv_shutdown(request, (uv_stream_t *)&piped->in, on_shut) != 0)
		free(request);
}

void gwt_piped_kill(struct gwt_piped *piped)
{
	if (piped->spawned && !piped->ended)
		kill_group(piped);
}

struct gwt_span gwt_piped_errors(const struct gwt_piped *piped)
{
	return (struct gwt_span){ piped->kept, piped->kept_len };
}

/* For gwt_loop_free(): kill what still runs, and report nothing. */
void gwt_piped_drop_all(struct gwt_loop *loop)
{
	for (struct gwt_piped *piped = loop->piped; piped; piped = piped->next) {
		gwt_piped_kill(piped);
		piped->ended = true;
		close_once((uv_handle_t *)&piped->process);
		close_all(piped);
	}
}

void gwt_piped_free_all(struct gwt_loop *loop)
{
	while (loop->piped) {
		struct gwt_piped *piped = loop->piped;

		loop->piped = piped->next;
		free(piped);
	}
}
