// Package prose reads plain text with a few marks (headings, lists, links, strong words) into blocks. It never makes HTML:
// who shows the blocks writes every text through their own escaping, so nothing somebody wrote can become part of a page's
// code. What is no mark of ours is text, tags among them.
package prose

import (
	"net/url"
	"strings"
	"unicode"
)

// Kind is what a block is.
type Kind string

// The kinds.
const (
	Heading   Kind = "heading"   // one item; "# " or "## " before it
	Paragraph Kind = "paragraph" // one item; its lines are joined
	List      Kind = "list"      // an item for each line that begins with "- " or "* "
	Numbered  Kind = "numbered"  // an item for each line that begins with a number and ". "
)

// Block is one piece of a text.
type Block struct {
	Kind  Kind
	Level int // of a heading: 1 or 2
	Items [][]Span
}

// Span is a piece of a line.
type Span struct {
	Text   string
	Strong bool
	Href   string // of a link: https, http, mailto, tel, or a path of this house; else ""
}

// Longest is how many bytes of a text are read.
const Longest = 64 << 10

// Parse reads a text. It takes any text, and gives an empty list for one without words.
func Parse(text string) []Block {
	if len(text) > Longest {
		text = text[:Longest]
	}
	text = strings.ToValidUTF8(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "")
	var blocks []Block
	open := false // the last block may go on
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(strings.Map(visible, line))
		if line == "" {
			open = false
			continue
		}
		kind, level, rest := mark(line)
		last := len(blocks) - 1
		switch {
		case rest == "":
			open = false
		case open && kind == Paragraph && blocks[last].Kind != Heading:
			// a line that goes on with what stands before it
			items := blocks[last].Items
			items[len(items)-1] = append(items[len(items)-1], inline(" "+rest)...)
		case open && kind == blocks[last].Kind && kind != Heading:
			blocks[last].Items = append(blocks[last].Items, inline(rest))
		default:
			blocks = append(blocks, Block{kind, level, [][]Span{inline(rest)}})
			open = kind != Heading
		}
	}
	return blocks
}

// mark takes the mark off a line.
func mark(line string) (kind Kind, level int, rest string) {
	for prefix, level := range map[string]int{"# ": 1, "## ": 2, "### ": 2} {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return Heading, level, strings.TrimSpace(rest)
		}
	}
	for _, prefix := range []string{"- ", "* "} {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return List, 0, strings.TrimSpace(rest)
		}
	}
	if number, rest, ok := strings.Cut(line, ". "); ok && number != "" && len(number) <= 3 && strings.Trim(number, "0123456789") == "" {
		return Numbered, 0, strings.TrimSpace(rest)
	}
	return Paragraph, 0, line
}

// visible leaves out what controls, and what turns or hides the text beside it.
func visible(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case unicode.IsControl(r), r >= 0x200b && r <= 0x200f && r != 0x200d, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return -1
	}
	return r
}

// inline reads links and strong words.
func inline(text string) (spans []Span) {
	plain := func(s string) {
		if s != "" {
			spans = append(spans, Span{Text: s})
		}
	}
	for text != "" {
		at, span, length := next(text)
		if length == 0 {
			break
		}
		plain(text[:at])
		spans = append(spans, span)
		text = text[at+length:]
	}
	plain(text)
	return spans
}

// next finds the first mark of a text: where it begins, what it is and how long; length 0 when there is none.
func next(text string) (at int, span Span, length int) {
	for at = 0; at < len(text); at++ {
		switch rest := text[at:]; {
		case strings.HasPrefix(rest, "**"):
			if inner, _, ok := strings.Cut(rest[2:], "**"); ok && strings.TrimSpace(inner) != "" {
				return at, Span{Text: inner, Strong: true}, len(inner) + 4
			}
		case rest[0] == '[':
			if words, href, n := link(rest); n > 0 {
				return at, Span{Text: words, Href: href}, n
			}
		case strings.HasPrefix(rest, "https://") && (at == 0 || !letter(text[at-1])):
			bare := rest
			if end := strings.IndexAny(rest, " \"'<>()[]"); end >= 0 {
				bare = rest[:end]
			}
			bare = strings.TrimRight(bare, ".,;:!?*")
			if href := Safe(bare); href != "" {
				return at, Span{Text: bare, Href: href}, len(bare)
			}
		}
	}
	return 0, Span{}, 0
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' }

// link reads "[words](address)" at the beginning of a text.
func link(text string) (words, href string, length int) {
	words, rest, ok := strings.Cut(text[1:], "](")
	if !ok || strings.TrimSpace(words) == "" || strings.ContainsAny(words, "[]") {
		return "", "", 0
	}
	target, _, ok := strings.Cut(rest, ")")
	if href = Safe(target); !ok || href == "" {
		return "", "", 0
	}
	return words, href, 1 + len(words) + 2 + len(target) + 1
}

// Safe returns the address of a link when it may be one: https, http, mailto, tel, or a path of this house; else "".
func Safe(target string) string {
	target = strings.TrimSpace(target)
	u, err := url.Parse(target)
	if err != nil || len(target) > 500 || u.User != nil || strings.ContainsAny(target, "\\\"'<>` \t\r\n") {
		return ""
	}
	switch u.Scheme {
	case "https", "http":
		if u.Host != "" {
			return u.String()
		}
	case "mailto", "tel":
		if u.Opaque != "" {
			return u.String()
		}
	case "":
		if u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(u.Path, "//") && !strings.HasPrefix(target, "//") {
			return u.String()
		}
	}
	return ""
}
