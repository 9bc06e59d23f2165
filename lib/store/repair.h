/*
 * repair.h - what a killed commit left: a branch that moved with an index that did not, and locks.
 */
#ifndef GWT_STORE_REPAIR_H
#define GWT_STORE_REPAIR_H

#include "lib/store/repo.h"

/* Finish or undo it. What cannot be repaired now is left unchanged, with its journal. */
gwt_status gwt_repo_repair(struct gwt_repo *repo, struct gwt_error *err);

#endif
