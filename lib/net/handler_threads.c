/*
 * Handlers on threads of their own, for a server whose handlers wait, such as for an upstream.
 *
 * Nothing is read from the connection meanwhile, so its desk (input, arena) belongs to the thread alone. The
 * loop's thread writes all answers.
 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/http/headers.h"
#include "lib/net/internal.h"

struct job {
	struct job *next;
	struct gwt_conn *conn;
	struct gwt_request request;
	struct gwt_asked asked;
};

struct queue {
	struct job *first, **last;
};

struct gwt_handler_threads {
	uv_async_t answered;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct queue todo, done;
	bool stopping;
	size_t begun; /* not answered yet: the loop must not end before; used by the loop's thread alone */
	size_t len;
	pthread_t threads[];
};

static void push(struct queue *queue, struct job *job)
{
	job->next = NULL;
	*queue->last = job;
	queue->last = &job->next;
}

static struct job *pop(struct queue *queue)
{
	struct job *job = queue->first;

	if (job && !(queue->first = job->next))
		queue->last = &queue->first;
	return job;
}

/* With the lock held: the next job; NULL when no more come. */
static struct job *wait_for_job(struct gwt_handler_threads *threads)
{
	while (!threads->todo.first && !threads->stopping)
		pthread_cond_wait(&threads->more, &threads->lock);
	return pop(&threads->todo);
}

static void *work(void *arg)
{
	struct gwt_handler_threads *threads = arg;
	struct job *job;

	pthread_mutex_lock(&threads->lock);
	while ((job = wait_for_job(threads))) {
		pthread_mutex_unlock(&threads->lock);
		job->conn->server->handler(&job->asked.seen);
		pthread_mutex_lock(&threads->lock);
		push(&threads->done, job);
		uv_async_send(&threads->answered);
	}
	pthread_mutex_unlock(&threads->lock);
	return NULL;
}

static struct job *take_done(struct gwt_handler_threads *threads)
{
	struct job *job;

	pthread_mutex_lock(&threads->lock);
	job = pop(&threads->done);
	pthread_mutex_unlock(&threads->lock);
	return job;
}

static void on_answered(uv_async_t *handle)
{
	struct gwt_server *server = handle->data;
	struct job *job;

	while ((job = take_done(server->threads))) {
		struct gwt_conn *conn = job->conn;

		if (--server->threads->begun == 0)
			uv_unref((uv_handle_t *)handle);
		gwt_answer_asked(conn, &job->asked);
		free(job);
		gwt_conn_answered(conn);
	}
}

struct gwt_handler_threads *gwt_handler_threads_new(struct gwt_server *server, size_t count)
{
	struct gwt_handler_threads *threads =
		gwt_xcalloc(1, sizeof(*threads) + count * sizeof(*threads->threads));

	pthread_mutex_init(&threads->lock, NULL);
	pthread_cond_init(&threads->more, NULL);
	threads->todo.last = &threads->todo.first;
	threads->done.last = &threads->done.first;
	uv_async_init(&server->loop->uv, &threads->answered, on_answered);
	uv_unref((uv_handle_t *)&threads->answered);
	threads->answered.data = server;
	for (; threads->len < count; threads->len++)
		if (pthread_create(&threads->threads[threads->len], NULL, work, threads) != 0)
			break;
	if (!threads->len)
		abort();
	return threads;
}

void gwt_handler_threads_start(struct gwt_conn *conn, const struct gwt_request *request)
{
	struct gwt_handler_threads *threads = conn->server->threads;
	struct job *job = gwt_xcalloc(1, sizeof(*job));

	job->conn = conn;
	job->request = *request;
	job->asked.seen = (struct gwt_exchange){ .request = &job->request,
						 .arena = &conn->desk->arena,
						 .server_arg = conn->server->arg,
						 .conn_data = conn->data,
						 .tunnel = conn->tunnel,
						 .connections = conn->server->conn_count };
	gwt_headers_init(&job->asked.seen.response.headers, &conn->desk->arena);
	conn->on_thread = true;
	if (threads->begun++ == 0)
		uv_ref((uv_handle_t *)&threads->answered);
	pthread_mutex_lock(&threads->lock);
	push(&threads->todo, job);
	pthread_cond_signal(&threads->more);
	pthread_mutex_unlock(&threads->lock);
}

uv_handle_t *gwt_handler_threads_handle(struct gwt_handler_threads *threads)
{
	return (uv_handle_t *)&threads->answered;
}

static void stop_threads(struct gwt_handler_threads *threads)
{
	pthread_mutex_lock(&threads->lock);
	threads->stopping = true;
	pthread_cond_broadcast(&threads->more);
	pthread_mutex_unlock(&threads->lock);
	for (; threads->len > 0; threads->len--)
		pthread_join(threads->threads[threads->len - 1], NULL);
}

static void drop_all(struct queue *queue)
{
	struct job *job;

	while ((job = pop(queue))) {
		job->conn->on_thread = false;
		free(job);
	}
}

void gwt_handler_threads_drop(struct gwt_handler_threads *threads)
{
	struct queue todo = { .last = &todo.first };

	pthread_mutex_lock(&threads->lock);
	if (threads->todo.first)
		todo = threads->todo;
	threads->todo = (struct queue){ .last = &threads->todo.first };
	pthread_mutex_unlock(&threads->lock);
	stop_threads(threads);
	drop_all(&todo);
	drop_all(&threads->done);
}

void gwt_handler_threads_free(struct gwt_handler_threads *threads)
{
	if (!threads)
		return;
	stop_threads(threads);
	assert(!threads->todo.first && !threads->done.first);
	pthread_cond_destroy(&threads->more);
	pthread_mutex_destroy(&threads->lock);
	free(threads);
}
