import { type Key, keys } from '../../packages/cni-tap/dist/cni/config-keys.js'
import {
  argumentTexts,
  conventionTexts,
  type KeyText,
  keyTexts,
  runtimeConfigTexts,
  type Section,
} from '../../packages/cni-tap/dist/cni/key-texts.js'

const titles: Readonly<Record<Section, string>> = {
  device: 'Set up the device',
  access: 'Choose which programs may open the device',
  addresses: 'Assign addresses',
  guest: 'Trust the guest, or not',
  port: 'Make the device a port of a bridge',
  redirect: 'Redirect the frames of an interface',
  bandwidth: 'Limit the bandwidth',
  attachment: 'Set up one attachment',
  cleaning: 'Let GC find all namespaces',
  log: 'Log the calls',
  runtime: 'Know what the runtime adds',
}

const sentence = (text: string) => `${text.replace(/^[a-z]/, (first) => first.toUpperCase())}.`

const value = (example: unknown) => JSON.stringify(example, null, 1).replace(/\s*\n\s*/g, ' ')

function entry(name: string, text: KeyText, commands: string | undefined, example: string | undefined): string[] {
  return [
    '',
    `### \`${name}\``,
    '',
    sentence(text.meaning),
    '',
    `- Value: ${text.type}.`,
    `- Without it: ${text.absent}.`,
    ...(commands === undefined ? [] : [`- Commands: ${commands}.`]),
    ...(example === undefined ? [] : [`- Example: \`${example}\``]),
  ]
}

function section(of: Section): string[] {
  const names = (Object.keys(keyTexts) as (keyof typeof keys)[]).filter((name) => keyTexts[name].section === of)
  const entries = names.flatMap((name) => {
    const text = keyTexts[name]
    const { usedBy, toleratedBy }: Pick<Key<unknown>, 'usedBy' | 'toleratedBy'> = keys[name]
    const cleaning =
      toleratedBy.length === 0 ? '' : `. For ${toleratedBy.join(' and ')}, an invalid value counts as absent`
    return entry(
      name,
      text,
      `${usedBy.join(', ')}${cleaning}`,
      text.example === undefined ? undefined : `"${name}": ${value(text.example)}`,
    )
  })
  return ['', `## ${titles[of]}`, ...entries]
}

/** Returns the text of docs/cni/configuration.md. */
export function configPage(): string {
  const nested = (path: string, texts: Readonly<Record<string, KeyText>>) =>
    Object.entries(texts).flatMap(([name, text]) => {
      const example = text.example === undefined ? undefined : `"${name}": ${value(text.example)}`
      return entry(`${path}.${name}`, text, undefined, example)
    })
  const args = Object.entries(argumentTexts).flatMap(([name, text]) =>
    entry(name, text, undefined, text.example === undefined ? undefined : `${name}=${text.example}`),
  )
  return `${[
    '# Look up a key of the configuration',
    '',
    'This page lists every key that the plugin `tap` reads. `tap config < FILE` checks a file and explains the keys in it. The page is written',
    'by `npm run reference`, from the declarations that the plugin itself uses.',
    '',
    'Keys match in any case, as in plugins written in Go. A key with `null` counts as absent, and so does an empty text. A value of another type',
    'is an error with code 6, and an invalid value is one with code 7, before anything is created. Unknown keys are ignored, with a note on',
    'stderr that contains the most similar key. "Commands" are those that read the key: other commands ignore it, even if its value is invalid.',
    ...(Object.keys(titles) as Section[]).flatMap(section),
    '',
    '## Set up one attachment with `runtimeConfig`',
    '',
    'The runtime sends the keys that `capabilities` lists. They have precedence over `args.cni`.',
    ...nested('runtimeConfig', runtimeConfigTexts),
    '',
    '## Set up one attachment with `args.cni`',
    '',
    "The keys of CNI's conventions. They have precedence over CNI_ARGS.",
    ...nested('args.cni', conventionTexts),
    '',
    '## Set up one attachment with CNI_ARGS',
    '',
    'CNI_ARGS contains pairs that are separated by semicolons: `MAC=02:00:00:00:00:02;OWNER=1000`. Keys are case-sensitive. They have precedence',
    'over the configuration.',
    ...args,
  ].join('\n')}\n`
}
