import type { ChainReport } from '@quorate/core/experiments'
import { whole } from '@quorate/core/experiments'
import { element } from './element.ts'

type Fork = ChainReport['lastForks'][number]

/** The last forks of a chain: at each height what stayed, and what was left behind. */
export function forksView(forks: readonly Fork[]): Node[] {
  if (forks.length === 0) return []
  const columns = ['height', 'on the chain', 'left behind'].map((name) => {
    const column = element('th', '', name)
    column.scope = 'col'
    return column
  })
  const rows = forks.map(({ height, chain, stale }) => {
    const row = element('th', '', whole(height))
    row.scope = 'row'
    const kept = element('td', 'chain', chain ? block(chain, 'kept') : 'still open')
    return element('tr', '', row, kept, element('td', '', ...stale.map((one) => block(one, ''))))
  })
  return [
    element('h2', '', 'Last forks'),
    element(
      'table',
      'forks',
      element('thead', '', element('tr', '', ...columns)),
      element('tbody', '', ...rows),
    ),
  ]
}

/** A block by the end of its hash, where it differs from others, and its miner. */
function block({ block: hash, miner }: Fork['stale'][number], className: string): HTMLElement {
  return element(
    'span',
    `block ${className}`.trimEnd(),
    element('code', '', hash.slice(-8)),
    ` node ${miner}`,
  )
}
