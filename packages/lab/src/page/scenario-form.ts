import type { Setting } from '../scenario-address.ts'
import type { Catalogue, CatalogueProtocol } from '../worker/messages.ts'
import { element, elementById } from './element.ts'

/** The settings that have a control of their own, in the order of an address. */
const controlled = [
  'protocol',
  'nodes',
  'network',
  'chaos',
  'seed',
  'for',
  'until',
  'passing',
] as const
type Controlled = (typeof controlled)[number]

/**
 * The scenario as a sentence whose words are controls. It holds text, whatever that text may be:
 * what is wrong with it is said when it is run, in one place for the form and the address.
 */
export class ScenarioForm {
  readonly element = elementById('scenario', HTMLFormElement)
  private readonly rest = elementById('rest', HTMLElement)
  private readonly catalogue: Catalogue
  /** Settings of the address that have no control: they stay until they are left out. */
  private others: readonly Setting[] = []

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue
    this.select('protocol').replaceChildren(...catalogue.protocols.map(protocolOptions))
    const usual = element('option', '', 'its usual network')
    usual.value = ''
    const networks = catalogue.networks.map(({ name, summary }) => {
      const option = element('option', '', name)
      option.title = summary
      return option
    })
    this.select('network').replaceChildren(usual, ...networks)
    this.element.addEventListener('change', () => this.showUsual())
    this.showUsual()
  }

  /** The chosen protocol, and the planted bug of it if one was chosen; none for a name that is not known. */
  get chosen(): { protocol: CatalogueProtocol; bug: string | undefined } | undefined {
    const [name, bug] = this.select('protocol').value.split('+')
    const protocol = this.catalogue.protocols.find((known) => known.name === name)
    return protocol && { protocol, bug }
  }

  /** What the form says; what is left empty is left out. */
  settings(): Setting[] {
    const own: Setting[] = []
    for (const name of controlled) {
      const control = this.control(name)
      if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        if (control.checked) own.push([name, ''])
        continue
      }
      const text = control.value.trim()
      if (text !== '') own.push([name, text])
    }
    return [...own, ...this.others]
  }

  /** Makes the form say these settings. */
  show(settings: readonly Setting[]): void {
    const known: readonly string[] = controlled
    this.element.reset()
    for (const [name, text] of settings) {
      if (known.includes(name)) this.showSetting(name as Controlled, text)
    }
    this.others = settings.filter(([name]) => !known.includes(name))
    this.showOthers()
    this.showUsual()
  }

  private showSetting(name: Controlled, text: string): void {
    const control = this.control(name)
    if (control instanceof HTMLSelectElement) {
      const texts = [...control.options].map((option) => option.value)
      // What there is no such option for is shown too, so that it can be seen to be wrong.
      if (!texts.includes(text)) control.add(new Option(text, text))
      control.value = text
    } else if (control.type === 'checkbox') control.checked = text !== 'false'
    else control.value = text
  }

  private showOthers(): void {
    const texts = this.others.map(([name, text]) => (text === '' ? name : `${name} ${text}`))
    const leaveOut = element('button', 'link', 'Leave out')
    leaveOut.type = 'button'
    leaveOut.addEventListener('click', () => {
      this.others = []
      this.showOthers()
      this.control('protocol').focus()
    })
    this.rest.hidden = texts.length === 0
    this.rest.replaceChildren(
      element('span', 'join', '; '),
      element('span', '', `with ${texts.join(', ')}`),
      leaveOut,
    )
  }

  /** What an empty field stands for. */
  private showUsual(): void {
    const protocol = this.chosen?.protocol
    const input = this.element.elements.namedItem('nodes') as HTMLInputElement
    input.placeholder = protocol ? String(protocol.usualNodes) : ''
    const what = protocol?.shape === 'chain' ? 'blocks' : 'decisions'
    for (const word of this.element.querySelectorAll('.decisions')) word.textContent = what
  }

  private control(name: Controlled): HTMLInputElement | HTMLSelectElement {
    return this.element.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
  }

  private select(name: 'protocol' | 'network'): HTMLSelectElement {
    return this.element.elements.namedItem(name) as HTMLSelectElement
  }
}

/** What the form begins with: the protocol that is made to be understood. */
const usualProtocol = 'raft'

/** A protocol as it is, and each planted bug of it. */
function protocolOptions({ name, title, plantedBugs }: CatalogueProtocol): HTMLOptGroupElement {
  const group = element('optgroup', '')
  group.label = title
  const bugs = plantedBugs.map(
    ({ name: bug }) => new Option(`${title} with ${bug.replaceAll('-', ' ')}`, `${name}+${bug}`),
  )
  group.append(new Option(title, name, name === usualProtocol), ...bugs)
  return group
}
