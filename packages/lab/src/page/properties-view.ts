import type { PropertyReport } from '@quorate/core/experiments'
import { whole } from '@quorate/core/experiments'
import { element } from './element.ts'
import { mark } from './mark.ts'

/** Every property of a run, with the evidence where one did not hold. */
export function propertiesView(properties: readonly PropertyReport[]): Node[] {
  const heading = element('h2', '', 'Properties')
  if (properties.length === 0)
    return [heading, element('p', 'quiet', 'This protocol states none yet.')]
  return [heading, element('ul', 'properties', ...properties.map(propertyItem))]
}

function propertyItem(property: PropertyReport): HTMLElement {
  const { name, kind } = property
  if (property.held) {
    const text = element('div', '', title(name), element('small', '', `${kind}, held`))
    return element('li', '', mark('held'), text)
  }
  if (property.undecided !== undefined) {
    const text = element('div', '', title(name), element('small', '', `${kind}, open`))
    text.append(element('p', '', property.undecided))
    return element('li', '', mark('open'), text)
  }
  const text = element('div', '', title(name), element('small', '', `${kind}, violated`))
  text.append(element('p', '', property.witness?.message ?? ''))
  const where = whereOf(property)
  if (where !== '') text.append(element('p', 'quiet', where))
  return element('li', 'violated', mark('violated'), text)
}

function title(name: string): HTMLElement {
  return element('span', 'property', name)
}

/** The nodes and the events of a violation: `nodes 1, 4; events 204, 219`. */
export function whereOf({ witness }: PropertyReport): string {
  const { nodes = [], events = [] } = witness ?? {}
  const parts = [listed('node', nodes), listed('event', events)]
  return parts.filter((part) => part !== '').join('; ')
}

function listed(one: string, numbers: readonly number[]): string {
  if (numbers.length === 0) return ''
  return `${numbers.length === 1 ? one : `${one}s`} ${numbers.map(whole).join(', ')}`
}
