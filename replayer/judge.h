/*
 * judge.h - one request: its verdict, its answer, its row of the run.
 *
 * In this order: the signature, the session, who answers (the contract or the backdrop), the matching, and
 * what a scripted fault does to the answer.
 */
#ifndef GWT_REPLAYER_JUDGE_H
#define GWT_REPLAYER_JUDGE_H

#include "replayer/server.h"

/* `sigv4` is the calling thread's. */
void gwt_judge(struct gwt_replayer *replayer, struct gwt_sigv4 *sigv4, struct gwt_exchange *exchange);

#endif
