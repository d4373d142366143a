// Describes the types of payloads in words, with links to the pages of what they contain.
import { code, plain } from './markdown.mjs'

/** Maximum number of words that a row lists. */
const MOST_WORDS = 8

const padding = ({ layout }) => layout?.type === 'pad'

/** Returns the words of constants: those of the API, which are iproute2's. Flags keep the kernel's names. */
const wordsOf = ({ values, words }, isFlags) =>
  Object.keys(values).map((name) => (isFlags ? name : (words?.[name] ?? name.toLowerCase())))

function listed(words) {
  const some = words.slice(0, MOST_WORDS).map(code).join(', ')
  return words.length > MOST_WORDS ? `${some}, … (${words.length})` : some
}

/** Returns properties of a payload that its type does not contain. */
const propertiesOf = ({ secret, netByteOrder }) => [
  ...(secret ? ['a key or password: not printed'] : []),
  ...(netByteOrder ? ['sent with NLA_F_NET_BYTEORDER'] : []),
]

/** Describes types. `links` returns the page of a set, and the anchors of structs and constants. */
export class Types {
  constructor(links) {
    this.links = links
  }

  /** Returns the type of a payload: `u32`, `list of [IFLA_VF_*](…)`. */
  of(declaration) {
    const type = this.#one(declaration)
    return declaration.multi ? `${type}, repeated` : type
  }

  /** Returns the words for the numbers of a declaration, with a link to their constants. */
  words({ constants, constantsBy, bits, element }) {
    if (bits) return `${this.links.constants(bits)}: ${listed(wordsOf(bits, true))}`
    if (constantsBy)
      return `depend on ${code(constantsBy.member)}: ${Object.values(constantsBy.cases)
        .map((each) => this.links.constants(each))
        .join(', ')}`
    if (!constants) return element ? this.words(element) : ''
    const isFlags = constants.type === 'flags'
    const families = (constants.families ?? constants.parts).map((part) => part.family ?? part)
    return families.map((each) => `${this.links.constants(each)}: ${listed(wordsOf(each, isFlags))}`).join('; ')
  }

  /** Returns words, properties and the comment of a payload. */
  remarks(declaration, comment) {
    const words = this.words(declaration)
    return [...(words ? [words] : []), ...(comment ? [plain(comment)] : []), ...propertiesOf(declaration)].join('<br>')
  }

  #one(declaration) {
    const { kind, name } = declaration
    switch (kind) {
      case 'attributes':
        return `nest of ${this.links.set(declaration)}`
      case 'struct':
        return this.links.struct(declaration)
      case 'select':
        return `depends on ${code(declaration.selector)}`
      case 'selectOuter':
        return `depends on ${code(declaration.outer)} around it`
      case 'list':
        return `list of ${this.of(declaration.element)}`
      case 'indexed':
        return `list of numbered ${this.of(declaration.element)}`
      case 'array':
        return `array of ${this.of(declaration.element)}`
      case 'message':
        return `${this.of(declaration.header)}, ${code('attrs')}: ${this.of(declaration.attrs)}`
      case 'followed':
        return `${this.of(declaration.header)}, ${code(declaration.key)}: ${this.of(declaration.rest)}`
      case 'choice':
        return [...new Set(declaration.alternatives.map((each) => this.of(each)))].join(' or ')
      case 'lazy':
        return this.of(declaration.target)
      default:
        return padding(declaration) ? 'padding' : / /.test(name) ? plain(name) : code(name)
    }
  }
}
