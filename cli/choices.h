/*
 * choices.h - words that options of several commands take, and what they mean.
 */
#ifndef GWT_CLI_CHOICES_H
#define GWT_CLI_CHOICES_H

#define GWT_LEVEL_WORDS "wire|signed|contract|effect"
extern const int gwt_level_codes[]; /* enum gwt_level */

#endif
