/** A verdict as it is written, with a mark that says it without colour. */
export const verdictWords = {
  held: '✓ held',
  violated: '× violated',
  inconclusive: '… inconclusive',
} as const

/** And how a terminal shows it, by the names of `styleText`. */
export const verdictStyles = {
  held: ['bold', 'green'],
  violated: ['bold', 'red'],
  inconclusive: ['bold', 'yellow'],
} as const
