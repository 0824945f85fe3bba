import { element, escaped } from './markup.ts'

/** A part of a page: a heading, a sentence, and markup. */
export interface Section {
  readonly title: string
  readonly text: string
  readonly content: string
}

/** A page that needs nothing beside itself: it opens from a file, in light and dark, on paper and on a phone. */
export function page(
  title: string,
  lead: string,
  sections: readonly Section[],
  foot: string,
): string {
  const body = [
    element(
      'header',
      {},
      element('h1', {}, escaped(title)) + element('p', { class: 'lead' }, escaped(lead)),
    ),
    element(
      'main',
      {},
      sections
        .map((section) =>
          element(
            'section',
            {},
            element('h2', {}, escaped(section.title)) +
              element('p', {}, escaped(section.text)) +
              section.content,
          ),
        )
        .join('\n'),
    ),
    element('footer', {}, escaped(foot)),
  ].join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/**
 * A table whose first column names its rows. Columns of numbers stand to the right.
 * @param label what the table is, for those who cannot see it
 */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const numeric = head.map(
    (_, column) => column > 0 && rows.every((row) => /^[\d.,–]*(e-\d+)?$/.test(row[column] ?? '')),
  )
  const classOf = (column: number, text: string) => {
    if (numeric[column]) return 'number'
    if (text.length > longCell) return 'long'
    return text.length > shortCell ? undefined : 'short'
  }
  const heads = head.map((cell, column) =>
    cell === ''
      ? element('td', {})
      : element('th', { scope: 'col', class: classOf(column, cell) }, escaped(cell)),
  )
  const lines = rows.map(([name = '', ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row', class: classOf(0, name) }, escaped(name)) +
        cells
          .map((cell, i) => element('td', { class: classOf(i + 1, cell) }, escaped(cell)))
          .join(''),
    ),
  )
  const content =
    element('thead', {}, element('tr', {}, heads.join(''))) + element('tbody', {}, lines.join('\n'))
  // A wide table is moved by itself, not the page; who has a keyboard alone can reach it.
  return element(
    'div',
    { class: 'wide', tabindex: 0, role: 'region', 'aria-label': label },
    element('table', {}, content),
  )
}

/** A cell with more characters is given some width, where the table is wider than the page. */
const longCell = 30
/** A cell with no more is not broken. */
const shortCell = 22

const style = `
:root{color-scheme:light dark;
--paper:light-dark(#fcfcfa,#131517);--sheet:light-dark(#f4f4f0,#1a1d20);
--ink:light-dark(#16181b,#eeeeec);--ink-2:light-dark(#474c53,#b9bdc2);--ink-3:light-dark(#686e76,#8f959c);
--rule:light-dark(#e2e2dc,#2b2f33);--fault:light-dark(#b2500b,#f4a052);--focus:light-dark(#1a5fe0,#8ab4ff);
--t1:light-dark(#2a63c6,#82adff);--t2:light-dark(#0a7d76,#3ec5b6);--t3:light-dark(#7a35b2,#c99bf7);
--t4:light-dark(#5c6a12,#b7c65c);--t5:light-dark(#a8366c,#f391b8)}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1200px;padding:32px 28px;background:var(--paper);color:var(--ink);
font:400 14px/21px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:28px;line-height:34px;margin:0 0 8px;letter-spacing:-.015em}
h2{font-size:17px;line-height:24px;margin:0 0 4px}
.lead{font-size:17px;line-height:26px;max-width:70ch;color:var(--ink-2);margin:0 0 24px}
section{margin:32px 0}section>p{max-width:75ch;color:var(--ink-2);margin:0 0 12px}
.wide{overflow-x:auto}.wide:focus-visible{outline:2px solid var(--focus);outline-offset:3px}
table{border-collapse:collapse;min-width:100%}
th,td{padding:7px 16px 7px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{font-weight:650}tbody th{font-weight:400;color:var(--ink-2);min-width:12ch}
.number{text-align:right}.short{white-space:nowrap}.long{min-width:30ch}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:24px 32px}
figure{margin:0;max-width:600px}figure+.wide,.figures+.wide{margin-top:16px}figcaption{font-weight:600;margin:0 0 8px}figcaption small{font-weight:400;color:var(--ink-2);display:block;font-size:13px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:12px;fill:var(--ink-2)}svg .label{fill:var(--ink-2)}svg .value{fill:var(--ink);font-weight:600}
svg .rule{stroke:var(--rule);stroke-width:1}svg .shade{fill:var(--fault);opacity:.12}svg .fault{fill:var(--fault)}
svg .line{fill:none;stroke-width:2;stroke-linejoin:round}svg .name{font-weight:600}
svg .line.error{stroke-width:1.2}svg .line.interval{stroke-width:1.6}
svg .line.t1{stroke:var(--t1)}svg .line.t2{stroke:var(--t2)}svg .line.t3{stroke:var(--t3)}svg .line.t4{stroke:var(--t4)}svg .line.t5{stroke:var(--t5)}
svg .mark.t1,svg .bar.t1,svg .name.t1{fill:var(--t1)}svg .mark.t2,svg .bar.t2,svg .name.t2{fill:var(--t2)}
svg .mark.t3,svg .bar.t3,svg .name.t3{fill:var(--t3)}svg .mark.t4,svg .bar.t4,svg .name.t4{fill:var(--t4)}
svg .mark.t5,svg .bar.t5,svg .name.t5{fill:var(--t5)}svg .mark.ring{fill:var(--paper);stroke:var(--t5);stroke-width:2}
.items{list-style:none;padding:0;margin:0;display:grid;grid-template-columns:minmax(0,1fr);gap:20px}.items p{margin:0 0 4px;max-width:75ch}
pre{margin:4px 0 0;padding:8px 12px;background:var(--sheet);white-space:pre-wrap;overflow-wrap:anywhere;font:12px/18px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{color:var(--ink-3);overflow-wrap:anywhere;border-top:1px solid var(--rule);padding-top:12px}
@media(min-width:641px){tbody th:not(.long){white-space:nowrap}}
@media(max-width:640px){body{padding:20px 16px}h1{font-size:22px;line-height:28px}.long{min-width:16ch}svg text{font-size:14px}}
@media print{body{max-width:none;padding:0}}
`

/** A picture with what it is above it. */
export function figure(title: string, caption: string, picture: string): string {
  return element(
    'figure',
    {},
    element('figcaption', {}, escaped(title) + element('small', {}, escaped(caption))) + picture,
  )
}

/** One thing after another: each a heading, sentences, and commands to be copied. */
export function items(
  all: readonly {
    readonly title: string
    readonly sentences: readonly string[]
    readonly commands: readonly string[]
  }[],
): string {
  const each = all.map(({ title, sentences, commands }) =>
    element(
      'li',
      {},
      (title === '' ? '' : element('p', {}, element('strong', {}, escaped(title)))) +
        sentences.map((sentence) => element('p', {}, escaped(sentence))).join('') +
        commands.map((command) => element('pre', {}, escaped(command))).join(''),
    ),
  )
  return element('ul', { class: 'items' }, each.join('\n'))
}

export function figures(all: readonly string[]): string {
  return element('div', { class: 'figures' }, all.join('\n'))
}
