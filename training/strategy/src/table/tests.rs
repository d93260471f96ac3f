use super::*;

fn parse(text: &str) -> Result<Table, StrategyError> {
    Table::parse("models.csv", text.as_bytes())
}

fn message(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn cells_are_read_by_column_whatever_the_line_ends_and_the_byte_order_mark() {
    for text in ["name,latency\nA, 9\nB,13%\n", "\u{feff}name,latency\r\nA,9\r\n\r\nB,13%\r\n\r\n"]
    {
        let table = parse(text).unwrap();
        let latency = table.column("latency").unwrap();
        assert_eq!(table.numbers(latency).unwrap(), [9.0, 0.13]);
        assert_eq!(table.names(0).unwrap(), ["A", "B"]);
    }
}

#[test]
fn ragged_row_is_refused_with_its_line_and_column() {
    let text = "name,latency,memory\nA,9,9\nB,13\n";
    let short = "models.csv, line 3: 2 cells, but the header has 3; column memory is missing";
    assert_eq!(message(text), short);
    let long = message("name,latency\r\n\r\nA,9,9\r\n");
    assert_eq!(long, "models.csv, line 3: 3 cells, but the header has 2; cell 3 is one too many");
}

#[test]
fn line_after_a_cell_of_several_lines_is_counted_right() {
    let table = parse("name,latency\n\"A\nof two lines\",9\nB,slow\n").unwrap();
    let error = table.numbers(1).unwrap_err().to_string();
    assert_eq!(error, "models.csv, line 4, column latency: \"slow\" is no number");
}

#[test]
fn number_that_is_none_or_not_finite_is_refused_with_line_and_column() {
    for wrong in ["", "ten", "nan", "inf", "1,5"] {
        let table = parse(&format!("name,latency\nA,9\nB,\"{wrong}\"\n")).unwrap();
        let error = table.numbers(1).unwrap_err().to_string();
        assert_eq!(error, format!("models.csv, line 3, column latency: {wrong:?} is no number"));
    }
}

#[test]
fn missing_and_repeated_columns_are_refused_by_name() {
    let error = parse("name,latency\nA,9\n").unwrap().column("memory").unwrap_err();
    let expected = "models.csv, line 1: there is no column memory; there are name, latency";
    assert_eq!(error.to_string(), expected);
    assert_eq!(message("name,a,a\nA,1,2\n"), "models.csv, line 1: there are two columns \"a\"");
}

#[test]
fn more_columns_than_are_handled_are_refused() {
    let error = parse(&",".repeat(MAX_COLUMNS)).unwrap_err();
    assert!(matches!(error, StrategyError::TooMany { found: 10_001, .. }), "{error}");
}

#[test]
fn nothing_and_a_bare_header_are_refused() {
    for text in ["", "\n\n", "name,latency\n", "\u{feff}"] {
        assert_eq!(message(text), "models.csv holds no rows");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let latin = Table::parse("a.csv", b"name,x\nA,1\nM\xfcller,2\n").unwrap_err();
    assert_eq!(latin, StrategyError::NotText { file: "a.csv".into(), line: 3, column: 2 });
    let zero = Table::parse("a.csv", b"name,x\nA,\0\n").unwrap_err();
    assert_eq!(zero, StrategyError::NotText { file: "a.csv".into(), line: 2, column: 3 });
}

#[test]
fn line_is_counted_right_whatever_ends_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "\u{feff}name,latency\nA,9\n\n\"B\nb\",1\nC,slow\n".replace('\n', end);
        let error = parse(&text).unwrap().numbers(1).unwrap_err().to_string();
        assert_eq!(error, "models.csv, line 6, column latency: \"slow\" is no number", "{end:?}");
    }
}

#[test]
fn semicolons_and_tabs_divide_cells_where_the_header_has_them() {
    let table = parse("name;latency;class\r\n\"A;a\";9,5;1,0\r\nB, b;13%;0\r\n").unwrap();
    assert_eq!(table.numbers(1).unwrap(), [9.5, 0.13]);
    assert_eq!(table.names(0).unwrap(), ["A;a", "B, b"]);
    assert_eq!(table.classes(2).unwrap(), ["1", "0"]);
    let table = parse("name\tlatency\nA, a\t9\n").unwrap();
    assert_eq!(table.names(0).unwrap(), ["A, a"]);
}

#[test]
fn column_is_found_in_another_case_of_letters_unless_two_are_called_so() {
    let table = parse("Label,LABEL,Prediction\n1,2,3\n").unwrap();
    assert_eq!((table.column("LABEL"), table.column("prediction")), (Ok(1), Ok(2)));
    assert!(table.column("label").is_err());
}

#[test]
fn text_in_utf_16_is_refused_with_what_to_do() {
    let utf_16: Vec<u8> = "\u{feff}a,b\n1,2".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = Table::parse("a.csv", &utf_16).unwrap_err().to_string();
    assert!(error.starts_with("a.csv cannot be read: it is UTF-16: save it as UTF-8"), "{error}");
}

#[test]
fn quotes_that_do_not_close_are_refused_with_their_line() {
    for (text, line) in [
        ("name,x\nA,1\n\"B,2\nC,3\n", 3),
        ("name,x\n\"A,1\nB,2\n\"C\" D,3\n", 4),
        ("name,x\nA,1\n\"B,2\nC,3\nD\",4\n", 3),
        ("set;name;x\ntrain;A;1\ntrain;\"B;2,5\ndev;C;3\ndev;D\";4\ntrain;E;5\n", 3),
    ] {
        let error = message(text);
        assert!(error.starts_with(&format!("models.csv cannot be read: line {line}: ")), "{error}");
    }
    // Notes of several lines, with as many commas as rows have.
    for text in ["note,x\n\"dark, and\nfar\",1\nB,2\n", "note,class\n\"so, so\nfar\",cat\nB,cat\n"]
    {
        assert_eq!(parse(text).unwrap().len(), 2);
    }
}
