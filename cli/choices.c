#include "cli/choices.h"

#include "lib/contract/verdict.h"

const int gwt_level_codes[] = { GWT_LEVEL_WIRE, GWT_LEVEL_SIGNED, GWT_LEVEL_CONTRACT, GWT_LEVEL_EFFECT };
