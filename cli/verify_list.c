#include "cli/verify_list.h"

#include "cli/command.h"
#include "verifier/client.h"

gwt_status gwt_verify_list(struct gwt_arena *arena, const char *clients, struct gwt_error *err)
{
	struct gwt_client *items;
	size_t len;
	gwt_status status = gwt_clients_list(arena, clients, &items, &len, err);

	if (status != GWT_OK)
		return status;
	if (len == 0)
		return gwt_fail(err, GWT_EUNCHECKED, "no clients below '%s'", clients);
	gwt_clients_probe(arena, items, len);
	for (size_t i = 0; i < len; i++)
		if (items[i].missing)
			gwt_print("%-28s not installed%s%s\n", items[i].word, items[i].install ? ": " : "",
				  items[i].install ? items[i].install : "");
		else
			gwt_print("%-28s %s\n", items[i].word,
				  items[i].version ? items[i].version : "installed");
	return GWT_OK;
}
