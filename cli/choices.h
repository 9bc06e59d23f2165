/*
 * choices.h - words that several commands' options accept, and their meaning.
 */
#ifndef GWT_CLI_CHOICES_H
#define GWT_CLI_CHOICES_H

#define GWT_LEVEL_WORDS "wire|signed|contract|effect"
extern const int gwt_level_codes[]; /* enum gwt_level */

#endif
