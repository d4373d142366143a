import { readLimits } from '../cni/bandwidth.js'
import { readConfig, readVersion } from '../cni/config.js'
import { type Key, keys } from '../cni/config-keys.js'
import { attemptAll, CniError, ErrorCode, messageOf } from '../cni/error.js'
import { requireUsableIpam } from '../cni/ipam.js'
import { anyObject, JsonError, parseJson, record } from '../cni/json.js'
import { conventionTexts, type KeyText, keyTexts, runtimeConfigTexts } from '../cni/key-texts.js'
import { checkNetworkName } from '../cni/names.js'
import { parsePrevResult, requireConvertible } from '../cni/result.js'
import { readSettings } from '../cni/settings.js'
import { noteUnknownKeys } from '../cni/unknown-keys.js'
import { requireSupported } from '../cni/version.js'

type Json = Record<string, unknown>

/** The explanation of a configuration. */
export interface Explanation {
  readonly text: string
  readonly isValid: boolean
}

/** Name of this plugin in a list. Its executable may have another name, but then the list uses that one. */
const ownType = 'tap'

/** Checks a configuration, or the plugins of type `tap` in a list, and explains each key. */
export function explainConfig(stdin: Buffer): Explanation {
  const [json, problem] = parse(stdin)
  if (json === undefined) return { text: `invalid: ${problem}\n`, isValid: false }
  const { plugins, ...common } = json
  if (plugins === undefined) return explainPlugin(json, typeNote(json))
  if (!Array.isArray(plugins)) return { text: 'invalid: plugins: expected a list\n', isValid: false }
  const head = Object.fromEntries(Object.entries(common).filter(([key]) => key === 'name' || key === 'cniVersion'))
  const parts = plugins.map((plugin: unknown, index) => {
    const title = `plugins[${index}]`
    if (!isObject(plugin)) return { text: `${title}: invalid: expected an object\n`, isValid: false, isOwn: false }
    if (plugin.type !== ownType) {
      const text = `${title}: not checked, because ${plugin.type === undefined ? 'it has no type' : `its type is ${JSON.stringify(plugin.type)}`}\n`
      return { text, isValid: true, isOwn: false }
    }
    // Both come from the list alone, as in libcni.
    const { name: _name, cniVersion: _version, ...own } = plugin
    const { text, isValid } = explainPlugin({ ...own, ...head })
    return { text: `${title}:\n${text}`, isValid, isOwn: true }
  })
  const hasOwn = parts.some(({ isOwn }) => isOwn)
  const lack = hasOwn ? '' : `invalid: the list has no plugin of type ${JSON.stringify(ownType)}\n`
  return {
    text: parts.map(({ text }) => text).join('\n') + lack,
    isValid: hasOwn && parts.every((part) => part.isValid),
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(stdin: Buffer): [json: Json, problem?: undefined] | [json: undefined, problem: string] {
  try {
    return [anyObject.decode(parseJson(stdin), '')]
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return [undefined, error.message]
  }
}

/** Returns a note for the configuration of another plugin. The runtime would not pass it to this one. */
function typeNote({ type }: Json): string[] {
  if (type === undefined) return [`expected the type ${JSON.stringify(ownType)}, found none`]
  return type === ownType || typeof type !== 'string'
    ? []
    : [
        `expected the type ${JSON.stringify(ownType)}, found ${JSON.stringify(type)}: a runtime passes it to that plugin`,
      ]
}

/** Checks the configuration of one plugin, and explains its keys. */
function explainPlugin(json: Json, notes: readonly string[] = []): Explanation {
  const problems = findProblems(json)
  const lines = [
    ...explainKeys(json, keyTexts, ''),
    ...[...notes, ...noteUnknownKeys(json)].map((note) => `note: ${note}`),
    ...problems.map((problem) => `invalid: ${problem}`),
    ...(problems.length === 0 ? ['valid'] : []),
  ]
  return { text: `${lines.join('\n')}\n`, isValid: problems.length === 0 }
}

/** Returns the problems of single keys, or if there are none, those of the whole configuration. */
function findProblems(json: Json): string[] {
  const single = Object.entries<Key<unknown>>(keys).flatMap(([name, key]) => findProblem(json, name, key) ?? [])
  return single.length > 0 ? single : [...new Set(attemptAll(checksOf(json)).map(messageOf))]
}

function findProblem(json: Json, name: string, { type, findProblem: problemOf }: Key<unknown>): string | undefined {
  try {
    const { [name]: value } = record({ [name]: type }).decode(json, '')
    const problem = value === undefined ? undefined : problemOf(value)
    return problem && `invalid ${name} ${JSON.stringify(value)}: ${problem}`
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return error.message
  }
}

/** The checks of ADD that need no environment. */
function checksOf(json: Json): (() => void)[] {
  return [
    () => requireSupported(readVersion(json)),
    () => {
      const { name } = record({ name: keys.name.type }).decode(json, '')
      if (name === undefined) throw new CniError(ErrorCode.invalidConfig, 'missing network name')
      checkNetworkName(name)
    },
    () => {
      const config = readConfig(json, 'ADD')
      readSettings(config, '')
      readLimits(config)
      requireUsableIpam(config.ipam?.type)
      const version = requireSupported(readVersion(json))
      const previous = config.prevResult && parsePrevResult(config.prevResult, version)
      requireConvertible(version, config.ipam?.type !== undefined || (previous?.ips.length ?? 0) > 0)
    },
  ]
}

/** Texts of the keys of objects, by the name of the key that contains the object. */
const nestedTexts: Readonly<Record<string, Readonly<Record<string, KeyText>>>> = {
  runtimeConfig: runtimeConfigTexts,
  args: {
    cni: { type: 'object', absent: 'CNI_ARGS and the configuration apply', meaning: "arguments of CNI's conventions" },
  },
  '    cni': conventionTexts,
}

/** Explains the keys of an object that `texts` declares, in the order of the object. */
function explainKeys(json: Json, texts: Readonly<Record<string, KeyText>>, indent: string): string[] {
  const names = new Map(Object.keys(texts).map((name) => [name.toLowerCase(), name]))
  return Object.entries(json).flatMap(([given, value]) => {
    const name = names.get(given.toLowerCase())
    const text = name === undefined ? undefined : texts[name]
    if (text === undefined || value === undefined) return []
    const nested = name === undefined || !isObject(value) ? undefined : nestedTexts[indent + name]
    const shown = nested === undefined ? ` ${JSON.stringify(value)}` : ''
    return [
      `${indent}${name}:${shown}`,
      `${indent}    ${text.meaning}.`,
      `${indent}    Value: ${text.type}. Without it: ${text.absent}.`,
      ...(nested === undefined || !isObject(value) ? [] : explainKeys(value, nested, `${indent}    `)),
    ]
  })
}
