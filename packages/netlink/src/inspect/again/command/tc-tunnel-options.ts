import { type Bag, isBag } from '../members.js'
import { hexDigits } from './words.js'

const hexadecimal = (value: unknown, length = 0): string =>
  typeof value === 'number' || typeof value === 'bigint' ? value.toString(16).padStart(length, '0') : ''
const decimal = (value: unknown): string => (typeof value === 'number' ? String(value) : '')

/** Options of a tunnel as tc reads them, of which Geneve may have several: `0102:80:00880022`. */
export interface TunnelOptionTexts {
  readonly word: string
  readonly texts: readonly string[]
}

/** Returns the options of a tunnel, of which a part that is missing is empty; undefined if tc cannot express them. */
export function tunnelOptionTexts(value: unknown): TunnelOptionTexts | undefined {
  if (!isBag(value)) return undefined
  const [[kind, given] = ['', undefined], ...more] = Object.entries(value)
  if (more.length > 0) return undefined
  if (kind === 'geneve') return geneveTexts(given)
  if (!isBag(given)) return undefined
  const { gbp, ver, index, dir, hwid, pduType, qfi, type, seid } = given
  const found: Readonly<Record<string, string>> = {
    vxlan: decimal(gbp),
    erspan: [ver, index, dir, hwid].map(decimal).join(':'),
    gtp: [pduType, qfi].map((part) => hexadecimal(part)).join(':'),
    pfcp: [type, seid].map((part) => hexadecimal(part)).join(':'),
  }
  const text = found[kind]
  return text === undefined || text === '' ? undefined : { word: `${kind}_opts`, texts: [text] }
}

function geneveTexts(given: unknown): TunnelOptionTexts | undefined {
  if (!Array.isArray(given)) return undefined
  const texts = (given as readonly Bag[]).map((each) => {
    const [group, type, data] = ['class', 'type', 'data'].map((key) => [each[key]].flat()[0])
    return typeof group === 'number' && typeof type === 'number' && data instanceof Uint8Array
      ? `${hexadecimal(group, 4)}:${hexadecimal(type, 2)}:${hexDigits(data)}`
      : undefined
  })
  return texts.includes(undefined) ? undefined : { word: 'geneve_opts', texts: texts as string[] }
}
