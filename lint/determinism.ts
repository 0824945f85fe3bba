/**
 * Lint rules for packages/core: what the type checker cannot see but would make two runs of one
 * seed differ, or hide part of a protocol's state from its host. `.oxlintrc.json` switches them on.
 */
import type { ESTree, Plugin, Rule } from '@oxlint/plugins'

/** The members of Math whose value ECMAScript defines to the last bit. */
const exactMath = new Set(
  'abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(
    ' ',
  ),
)

const inexact = (what: string) =>
  `${what} may differ between JavaScript engines: use simulator/exact-math.ts.`

/** Why this use of the identifier `Math` is wrong, if it is. */
function mathComplaint(identifier: ESTree.Node): string | undefined {
  const parent = identifier.parent
  if (parent?.type !== 'MemberExpression' || parent.object !== identifier || parent.computed) {
    return 'Math may only be used as Math.member, so that inexact members are seen.'
  }
  const member = parent.property.type === 'Identifier' ? parent.property.name : ''
  if (exactMath.has(member)) return undefined
  return member === 'random'
    ? 'Math.random has no seed: use host.random() or a stream of the simulator.'
    : inexact(`Math.${member}`)
}

const isTwo = (node: ESTree.Node): boolean => node.type === 'Literal' && node.value === 2

/** Only what gives the same bits in every engine: not most of Math, and of `**` the powers of two. */
const exactMathOnly: Rule = {
  meta: { type: 'problem' },
  create: (context) => ({
    Identifier(node) {
      if (node.name !== 'Math' || !context.sourceCode.isGlobalReference(node)) return
      const message = mathComplaint(node)
      if (message !== undefined) context.report({ node, message })
    },
    BinaryExpression(node) {
      if (node.operator !== '**') return
      if (isTwo(node.left)) return
      context.report({ node, message: inexact('**') })
    },
    AssignmentExpression(node) {
      if (node.operator === '**=') context.report({ node, message: inexact('**=') })
    },
  }),
}

/** Is it a container that starts empty, and so is there to be filled? */
function isEmptyContainer(node: ESTree.Expression): boolean {
  switch (node.type) {
    case 'ArrayExpression':
      return node.elements.length === 0
    case 'ObjectExpression':
      return node.properties.length === 0
    case 'NewExpression':
      return (
        node.arguments.length === 0 &&
        node.callee.type === 'Identifier' &&
        ['Map', 'Set', 'WeakMap', 'WeakSet', 'Array'].includes(node.callee.name)
      )
    default:
      return false
  }
}

/** A protocol's state is the plain data that its schema declares, and nothing else. */
const plainState: Rule = {
  meta: { type: 'problem' },
  create(context) {
    const declareIt = "declare a field in the protocol's schema."
    const shared = (what: string) =>
      `${what} is shared by all nodes and outlives a crash: ${declareIt}`
    const notAsynchronous = (node: ESTree.Function | ESTree.ArrowFunctionExpression) => {
      if (node.async) context.report({ node, message: 'Steps are atomic: no async in a protocol.' })
    }
    return {
      VariableDeclaration(node) {
        const { type } = node.parent
        if (type !== 'Program' && type !== 'ExportNamedDeclaration') return
        const filledLater = node.declarations.some(({ init }) => init && isEmptyContainer(init))
        if (node.kind === 'const' && !filledLater) return
        context.report({ node, message: shared('A module variable') })
      },
      PropertyDefinition(node) {
        if (!node.static || node.readonly) return
        context.report({ node, message: shared('A static field') })
      },
      PrivateIdentifier(node) {
        context.report({ node, message: `A #private member is hidden from the host: ${declareIt}` })
      },
      FunctionDeclaration: notAsynchronous,
      FunctionExpression: notAsynchronous,
      ArrowFunctionExpression: notAsynchronous,
    }
  },
}

const plugin: Plugin = {
  meta: { name: 'quorate' },
  rules: { 'exact-math-only': exactMathOnly, 'plain-state': plainState },
}

export default plugin
