//! Reports: made once as headings, sentences, lists and tables, written as text, Markdown or HTML.
//!
//! Blocks hold plain text. What a user wrote (names of models, tags, classes) is escaped here and nowhere
//! else, so it cannot turn into markup.

use pulldown_cmark::{Event, Options, Parser, html};

/// A piece of a report. Every text is plain.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading, of level 1 or 2.
    Heading(u8, String),
    /// A sentence or more.
    Paragraph(String),
    /// Items in any order.
    List(Vec<String>),
    /// Items in the order they should be done in.
    Steps(Vec<String>),
    /// A header and rows of its length.
    Table {
        /// The columns' names.
        header: Vec<String>,
        /// Cells by row.
        rows: Vec<Vec<String>>,
    },
}

impl Block {
    /// A table out of anything like text.
    #[must_use]
    pub fn table(header: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self::Table { header: header.iter().map(ToString::to_string).collect(), rows }
    }
}

/// Writes a report for a terminal: tables with aligned columns, nothing escaped but control characters.
#[must_use]
pub fn text(blocks: &[Block]) -> String {
    let written: Vec<String> = blocks.iter().map(block_text).collect();
    written.join("\n\n")
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Heading(1, title) => {
            let title = printable(title);
            format!("{title}\n{}", "=".repeat(title.chars().count()))
        }
        Block::Heading(_, title) => format!("-- {} --", printable(title)),
        Block::Paragraph(text) => printable(text),
        Block::List(items) => lines(items.iter().map(|item| format!("- {}", printable(item)))),
        Block::Steps(items) => lines(numbered(items, printable)),
        Block::Table { header, rows } => {
            let cells = |row: &Vec<String>| row.iter().map(|cell| printable(cell)).collect();
            let mut all: Vec<Vec<String>> = vec![cells(header)];
            all.extend(rows.iter().map(cells));
            let (widths, right) = (widths(&all), right_aligned(rows, header.len()));
            let rule = widths.iter().map(|&width| "-".repeat(width)).collect();
            all.insert(1, rule);
            lines(all.iter().map(|row| {
                let cells = row.iter().enumerate();
                let cells = cells.map(|(column, cell)| pad(cell, widths[column], right[column]));
                cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
            }))
        }
    }
}

/// Writes a report as Markdown with tables. Everything that could be markup is escaped.
#[must_use]
pub fn markdown(blocks: &[Block]) -> String {
    let written: Vec<String> = blocks.iter().map(block_markdown).collect();
    written.join("\n\n") + "\n"
}

fn block_markdown(block: &Block) -> String {
    match block {
        Block::Heading(level, title) => {
            format!("{} {}", "#".repeat(usize::from(*level)), escape(title))
        }
        Block::Paragraph(text) => escape(text),
        Block::List(items) => lines(items.iter().map(|item| format!("- {}", escape(item)))),
        Block::Steps(items) => lines(numbered(items, escape)),
        Block::Table { header, rows } => {
            let cells = |row: &Vec<String>| row.iter().map(|cell| inline(cell)).collect();
            let mut all: Vec<Vec<String>> = vec![cells(header)];
            all.extend(rows.iter().map(cells));
            let (widths, right) = (widths(&all), right_aligned(rows, header.len()));
            let rule = widths.iter().zip(&right).map(|(&width, &right)| match right {
                true => format!("{}:", "-".repeat(width.max(2) - 1)),
                false => "-".repeat(width.max(1)),
            });
            all.insert(1, rule.collect());
            lines(all.iter().map(|row| {
                let cells = row.iter().enumerate();
                let cells = cells.map(|(column, cell)| pad(cell, widths[column], right[column]));
                format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
            }))
        }
    }
}

/// Writes a report as one HTML page that needs no other file.
#[must_use]
pub fn page(title: &str, blocks: &[Block]) -> String {
    let source = markdown(blocks);
    // No block has HTML in it; should any ever get past the escapes, it stays text.
    let events = Parser::new_ext(&source, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    let title = printable(title).replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

const STYLE: &str = "
body { font: 15px/1.45 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.5em; } h2 { font-size: 1.1em; margin: 1.4em 0 .4em; border-bottom: 1px solid #ddd; }
p, ul, ol { margin: .4em 0; }
table { border-collapse: collapse; margin: .5em 0; }
th, td { padding: .15em .7em; border-bottom: 1px solid #ddd; text-align: left; }
";

/// Text on one line, without control characters, which could end a block or move a terminal's cursor.
fn printable(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.collect::<String>().trim().to_string()
}

/// Escapes what means something anywhere in a line.
fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        if r"\`*_[]<|&~#".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Escapes what means something at the start of a line, too: lists, numbers of lists, quotes, rules.
fn escape(text: &str) -> String {
    let escaped = inline(text);
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    let place = match escaped[digits..].chars().next() {
        Some('-' | '+' | '=' | '>') if digits == 0 => 0,
        Some('.' | ')') if digits > 0 && !escaped[digits + 1..].starts_with(|c| c != ' ') => digits,
        _ => return escaped,
    };
    format!("{}\\{}", &escaped[..place], &escaped[place..])
}

fn numbered(items: &[String], write: fn(&str) -> String) -> impl Iterator<Item = String> {
    items.iter().zip(1..).map(move |(item, number)| format!("{number}. {}", write(item)))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let width =
        |column: usize| rows.iter().map(|row: &Vec<String>| row[column].chars().count()).max();
    (0..columns).map(|column| width(column).unwrap_or(0)).collect()
}

/// Columns of numbers stand at the right.
fn right_aligned(rows: &[Vec<String>], columns: usize) -> Vec<bool> {
    let number = |cell: &String| {
        cell == "-" || cell.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit())
    };
    (0..columns).map(|column| rows.iter().all(|row| number(&row[column]))).collect()
}

fn pad(cell: &str, width: usize, right: bool) -> String {
    if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_aligned_in_text_and_in_markdown() {
        let rows = vec![vec!["variance".into(), "11 %".into()], vec!["bias".into(), "-".into()]];
        let table = [Block::table(&["gap", "size"], rows)];
        let expected = "gap       size\n--------  ----\nvariance  11 %\nbias         -";
        assert_eq!(text(&table), expected);
        let expected =
            "| gap      | size |\n| -------- | ---: |\n| variance | 11 % |\n| bias     |    - |\n";
        assert_eq!(markdown(&table), expected);
    }

    /// Whatever a user writes comes out as the text it is, once, in its place.
    #[test]
    fn what_a_user_writes_cannot_become_markup() {
        let hostile = [
            "<script>alert(1)</script>",
            "a | b",
            "[x](javascript:alert(1))",
            "![x](http://example.com/a.png)",
            "<http://example.com>",
            "**bold** _under_ `code` ~~gone~~",
            "&lt; &copy;",
            "# heading",
            "- item",
            "1. item",
            "12) item",
            "one\n\n# two\n<b>",
            "trailing \\",
            "---",
            "> quote",
        ];
        for text in hostile {
            let cell = text.to_string();
            let blocks = [
                Block::Heading(2, cell.clone()),
                Block::Paragraph(cell.clone()),
                Block::List(vec![cell.clone()]),
                Block::Steps(vec![cell.clone()]),
                Block::table(&[text], vec![vec![cell], vec!["words".into()]]),
            ];
            let html = page(text, &blocks);
            let body = html.split_once("<body>\n").unwrap().1;
            let written = printable(text)
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;");
            let expected = format!(
                "<h2>{written}</h2>\n<p>{written}</p>\n<ul>\n<li>{written}</li>\n</ul>\n<ol>\n\
                 <li>{written}</li>\n</ol>\n<table><thead><tr><th>{written}</th></tr></thead><tbody>\n\
                 <tr><td>{written}</td></tr>\n<tr><td>words</td></tr>\n</tbody></table>\n</body>\n</html>\n"
            );
            assert_eq!(body, expected);
            assert!(!html.contains("<script"), "{html}");
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(text(&[Block::Paragraph("a\x1b[31mb\nc".into())]), "a [31mb c");
    }
}
