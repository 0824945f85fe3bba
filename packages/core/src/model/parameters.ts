/** One tunable number of a protocol, declared once for the constructor, the command line and the lab. */
export interface ParameterDeclaration {
  /** What it is, in one line. */
  readonly what: string
  readonly unit: string
  readonly initial: number
  readonly minimum: number
  readonly maximum: number
}

export type ParameterDeclarations = { readonly [name: string]: ParameterDeclaration }

/** The values of declared parameters, never changed while a protocol runs. */
export type ParameterValues<P extends ParameterDeclarations = ParameterDeclarations> = {
  readonly [K in keyof P]: number
}

/** Half a millisecond is something; of nodes, entries or bytes there are whole numbers. */
const divisibleUnits: ReadonlySet<string> = new Set([
  'ms',
  's',
  'probability',
  'block intervals',
  'parts in a million',
])

/**
 * The declared initial values, with those that were given instead.
 * @throws RangeError for a name that is not declared, or a value out of its range or between whole numbers
 */
export function parameterValues<P extends ParameterDeclarations>(
  declarations: P,
  given: { readonly [name: string]: number } = {},
): ParameterValues<P> {
  const values: { [name: string]: number } = {}
  for (const [name, declaration] of Object.entries(declarations)) values[name] = declaration.initial
  for (const [name, value] of Object.entries(given)) {
    const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined
    if (!declaration) {
      throw new RangeError(
        `unknown parameter '${name}': the parameters are ${Object.keys(declarations).join(', ') || 'none'}`,
      )
    }
    if (!(value >= declaration.minimum && value <= declaration.maximum)) {
      throw new RangeError(
        `parameter ${name} is ${value}: it must be ${declaration.minimum} to ${declaration.maximum} ${declaration.unit}`,
      )
    }
    if (!Number.isInteger(value) && !divisibleUnits.has(declaration.unit)) {
      throw new RangeError(
        `parameter ${name} is ${value}: it must be a whole number (${declaration.unit})`,
      )
    }
    values[name] = value
  }
  return values as ParameterValues<P>
}
