/* The session's tables: chained, and left in one step. */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/match/internal.h"

void gwt_chains_init(struct gwt_chains *chains, size_t at_least)
{
	size_t size = 16;

	while (size < at_least)
		size *= 2;
	*chains = (struct gwt_chains){ gwt_xcalloc(size, sizeof(*chains->heads)), size - 1 };
}

void gwt_chains_add(struct gwt_chains *chains, struct gwt_chain_node *node)
{
	struct gwt_chain_node **head = &chains->heads[node->hash & chains->mask];

	node->next = *head;
	node->link = head;
	if (node->next)
		node->next->link = &node->next;
	*head = node;
}

void gwt_chains_remove(struct gwt_chain_node *node)
{
	if (!node->link)
		return;
	*node->link = node->next;
	if (node->next)
		node->next->link = node->link;
	node->link = NULL;
}

uint64_t gwt_key_hash(const struct gwt_key *key)
{
	return gwt_hash((struct gwt_span){ (const char *)&key, sizeof(key) });
}
