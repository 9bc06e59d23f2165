/*
 * xml.h - a client's bytes as XML text.
 */
#ifndef GWT_REPORT_XML_H
#define GWT_REPORT_XML_H

#include "lib/base/buf.h"

/*
 * In an element or a double-quoted attribute. A character that XML 1.0 cannot have becomes U+FFFD; one
 * without a visible form (unicode.h) becomes a reference to its number.
 */
void gwt_xml_add(struct gwt_buf *out, struct gwt_span text);
/* ` name="value"` */
void gwt_xml_add_attribute(struct gwt_buf *out, const char *name, struct gwt_span value);

#endif
