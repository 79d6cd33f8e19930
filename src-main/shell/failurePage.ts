/** A page without scripts for the time when there is no engine to serve the real one. */
export function failurePage(title: string, text: string): string {
  const escape = (words: string) => words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const html =
    '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">' +
    '<style>body{margin:0;height:100vh;display:grid;place-content:center;gap:8px;background:#121416;color:#e6e9ec;font:14px system-ui}' +
    `p{max-width:60ch;color:#aab2ba;margin:0}</style><h1>${escape(title)}</h1><p>${escape(text)}</p>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}
