/*
 * Handlers on threads of their own, for a server whose handlers wait for somebody else.
 *
 * The connection stands still meanwhile: nothing is read, so its desk (input, arena) is the thread's alone. What
 * is done comes back to the loop's thread, which writes all answers.
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

struct gwt_apart {
	uv_async_t answered;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct queue todo, done;
	bool stopping;
	size_t begun; /* not answered yet: the loop must not end before; its thread's alone */
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

/* Under the lock: the next job; NULL when there will be none. */
static struct job *wait_for_job(struct gwt_apart *apart)
{
	while (!apart->todo.first && !apart->stopping)
		pthread_cond_wait(&apart->more, &apart->lock);
	return pop(&apart->todo);
}

static void *work(void *arg)
{
	struct gwt_apart *apart = arg;
	struct job *job;

	pthread_mutex_lock(&apart->lock);
	while ((job = wait_for_job(apart))) {
		pthread_mutex_unlock(&apart->lock);
		job->conn->server->handler(&job->asked.seen);
		pthread_mutex_lock(&apart->lock);
		push(&apart->done, job);
		uv_async_send(&apart->answered);
	}
	pthread_mutex_unlock(&apart->lock);
	return NULL;
}

static struct job *take_done(struct gwt_apart *apart)
{
	struct job *job;

	pthread_mutex_lock(&apart->lock);
	job = pop(&apart->done);
	pthread_mutex_unlock(&apart->lock);
	return job;
}

static void on_answered(uv_async_t *handle)
{
	struct gwt_server *server = handle->data;
	struct job *job;

	while ((job = take_done(server->apart))) {
		struct gwt_conn *conn = job->conn;

		if (--server->apart->begun == 0)
			uv_unref((uv_handle_t *)handle);
		gwt_answer_asked(conn, &job->asked);
		free(job);
		gwt_conn_answered(conn);
	}
}

struct gwt_apart *gwt_apart_new(struct gwt_server *server, size_t threads)
{
	struct gwt_apart *apart = gwt_xcalloc(1, sizeof(*apart) + threads * sizeof(*apart->threads));

	pthread_mutex_init(&apart->lock, NULL);
	pthread_cond_init(&apart->more, NULL);
	apart->todo.last = &apart->todo.first;
	apart->done.last = &apart->done.first;
	uv_async_init(&server->loop->uv, &apart->answered, on_answered);
	uv_unref((uv_handle_t *)&apart->answered);
	apart->answered.data = server;
	for (; apart->len < threads; apart->len++)
		if (pthread_create(&apart->threads[apart->len], NULL, work, apart) != 0)
			break;
	if (!apart->len)
		abort();
	return apart;
}

void gwt_apart_start(struct gwt_conn *conn, const struct gwt_request *request)
{
	struct gwt_apart *apart = conn->server->apart;
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
	conn->apart = true;
	if (apart->begun++ == 0)
		uv_ref((uv_handle_t *)&apart->answered);
	pthread_mutex_lock(&apart->lock);
	push(&apart->todo, job);
	pthread_cond_signal(&apart->more);
	pthread_mutex_unlock(&apart->lock);
}

uv_handle_t *gwt_apart_handle(struct gwt_apart *apart)
{
	return (uv_handle_t *)&apart->answered;
}

static void stop_threads(struct gwt_apart *apart)
{
	pthread_mutex_lock(&apart->lock);
	apart->stopping = true;
	pthread_cond_broadcast(&apart->more);
	pthread_mutex_unlock(&apart->lock);
	for (; apart->len > 0; apart->len--)
		pthread_join(apart->threads[apart->len - 1], NULL);
}

static void drop_all(struct queue *queue)
{
	struct job *job;

	while ((job = pop(queue))) {
		job->conn->apart = false;
		free(job);
	}
}

void gwt_apart_drop(struct gwt_apart *apart)
{
	struct queue todo = { .last = &todo.first };

	pthread_mutex_lock(&apart->lock);
	if (apart->todo.first)
		todo = apart->todo;
	apart->todo = (struct queue){ .last = &apart->todo.first };
	pthread_mutex_unlock(&apart->lock);
	stop_threads(apart);
	drop_all(&todo);
	drop_all(&apart->done);
}

void gwt_apart_free(struct gwt_apart *apart)
{
	if (!apart)
		return;
	stop_threads(apart);
	assert(!apart->todo.first && !apart->done.first);
	pthread_cond_destroy(&apart->more);
	pthread_mutex_destroy(&apart->lock);
	free(apart);
}
