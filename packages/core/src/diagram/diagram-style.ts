/** The colours of a drawing that stands alone: as a page has them, in light and dark. */
const colours = `.message-diagram{color-scheme:light dark;
--paper:light-dark(#fcfcfa,#131517);--ink:light-dark(#16181b,#eeeeec);--ink-2:light-dark(#474c53,#b9bdc2);
--ink-3:light-dark(#686e76,#8f959c);--rule:light-dark(#e2e2dc,#2b2f33);--lane:light-dark(#aeb2b6,#565b61);
--fault:light-dark(#b2500b,#f4a052);--violation:light-dark(#c11a2b,#ff7a7a);--violation-bg:light-dark(#fdeeee,#371a1c)}`

/** How the parts of a message diagram look, in the colours of the page that it is in. */
export const diagramStyle = `.message-diagram{display:block;max-width:none;overflow:visible;background:var(--paper)}
.message-diagram text{font:400 12px/17px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}
.message-diagram .who{font-weight:600}
.message-diagram .detail,.message-diagram .quiet{fill:var(--ink-2)}
.message-diagram .quiet{font-style:italic}
.message-diagram text.number{fill:var(--ink-3)}
.message-diagram .kind{font-size:11px;fill:var(--ink-2);paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}
.message-diagram tspan.fault{fill:var(--fault)}
.message-diagram tspan.violation{fill:var(--violation);font-weight:600}
.message-diagram path,.message-diagram line,.message-diagram circle,.message-diagram rect{fill:none}
.message-diagram .lane{stroke:var(--lane);stroke-width:1.5}
.message-diagram .down{stroke:var(--fault);stroke-width:1.5;stroke-dasharray:2 5}
.message-diagram .erased{stroke:var(--paper);stroke-width:4}
.message-diagram .gap{stroke:var(--lane);stroke-width:1.5;stroke-dasharray:1 4}
.message-diagram .rule{stroke:var(--rule);stroke-width:1}
.message-diagram .message{stroke:var(--ink-2);stroke-width:1.5}
.message-diagram .copy{stroke-dasharray:7 3}
.message-diagram .flight{stroke-dasharray:1.5 3.5}
.message-diagram .lost{stroke:var(--fault);stroke-dasharray:5 3}
.message-diagram .head{fill:var(--ink-2)}
.message-diagram .tail{fill:var(--ink-2)}
.message-diagram .stroke{stroke:var(--ink);stroke-width:1.5}
.message-diagram .open{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}
.message-diagram .solid{fill:var(--ink)}
.message-diagram path.fault{stroke:var(--fault);stroke-width:2}
.message-diagram circle.fault{stroke:var(--fault);stroke-width:2}
.message-diagram rect.violation{fill:var(--violation)}
.message-diagram .inside{stroke:var(--paper);stroke-width:1.8}
.message-diagram .ring{fill:var(--paper);stroke:var(--ink);stroke-width:2}
.message-diagram .name{font-weight:600;text-anchor:middle}
.message-diagram .broken{fill:var(--violation-bg)}`

/** For a file of its own. */
export const standaloneStyle = `${colours}\n${diagramStyle}`
