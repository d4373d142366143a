import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComparedSpec } from '../spec/compared.js'
import type { Covered, FamilyCoverage } from './coverage.js'

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Returns the version of the headers under `root`: `Linux 7.2`. */
export function versionOf(root: string): string {
  const text = readFileSync(join(root, 'linux/version.h'), 'utf8')
  const number = (name: string) => new RegExp(`LINUX_VERSION_${name} (\\d+)`).exec(text)?.[1]
  return `Linux ${number('MAJOR')}.${number('PATCHLEVEL')}`
}

/** Returns the longest prefix that all names share, up to an underscore. */
function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names
  const ends = [...first.matchAll(/_/g)].map(({ index }) => first.slice(0, index + 1)).reverse()
  return ends.find((start) => others.every((name) => name.startsWith(start))) ?? ''
}

function missingOf({ label, header, declared, names, missing }: Covered): string {
  const prefix = commonPrefix(names)
  const which =
    missing.length === names.length ? '' : `: ${missing.map((name) => name.slice(prefix.length)).join(', ')}`
  return `- \`${label}\` (${header}), ${declared} of ${names.length}; not ${prefix && `\`${prefix}\``}${which}`
}

const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', title, '', ...lines])

function familySection({ family, groups, untouched, loose, structs }: FamilyCoverage): string[] {
  const whole = groups.filter((group) => group.isWhole)
  const basics = groups.filter((group) => !group.isWhole)
  const complete = basics.filter(({ missing }) => missing.length === 0).length
  const except = Object.entries(family.except ?? {})
  const unnamed = family.unnamed ?? []
  return [
    '',
    `## ${family.name}`,
    '',
    `${family.headers.join(', ')}${family.also?.length ? `; names from ${family.also.join(', ')}` : ''}`,
    ...section(
      `Declared completely: ${whole.length} groups with ${sum(whole.map(({ names }) => names.length))} names. Missing:`,
      whole.filter(({ missing }) => missing.length > 0).map(missingOf),
    ),
    ...section(
      `Declared in part: ${basics.length} groups, ${complete} of them with all names. Missing in the others:`,
      basics.filter(({ missing }) => missing.length > 0).map(missingOf),
    ),
    ...section(
      'Excluded:',
      except.sort(([a], [b]) => byCodePoint(a, b)).map(([name, reason]) => `- \`${name}\`: ${reason}`),
    ),
    ...section('Not in any header:', [...new Set(unnamed.map(([, reason]) => `- ${reason}`))]),
    ...section(
      'Enums without a declared name:',
      untouched.map(({ header, label, names }) => `- \`${label}\` (${header}): ${names.length} names`),
    ),
    ...section('Defines without a declared name:', loose.length > 0 ? [code(loose)] : []),
    ...section('Structs that are not declared:', structs.length > 0 ? [code(structs)] : []),
  ]
}

function row({ family, groups, untouched, structs }: FamilyCoverage): string {
  const count = (of: readonly Covered[]) => {
    const known = sum(of.map(({ names }) => names.length))
    return known === 0 ? '' : `${sum(of.map(({ declared }) => declared))} of ${known}`
  }
  const cells = [
    `[${family.name}](#${family.name
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-')})`,
    count(groups.filter((group) => group.isWhole)),
    count(groups.filter((group) => !group.isWhole)),
    String(family.structs.length),
    String(untouched.length),
    String(structs.length),
  ]
  return `| ${cells.join(' | ')} |`
}

function specRow({ name, attributes, messages }: ComparedSpec): string {
  const absent = attributes.filter(({ ours }) => ours.length === 0)
  const different = attributes.filter(({ isEqual, ours }) => !isEqual && ours.length > 0)
  const declared = messages.filter(({ isDeclared }) => isDeclared)
  const cells = [
    `\`${name}\``,
    `${attributes.length - absent.length} of ${attributes.length}`,
    String(different.length),
    `${declared.length} of ${messages.length}`,
  ]
  return `| ${cells.join(' | ')} |`
}

/** Returns the attributes with the same reason for their difference, by reason. */
function specDifferences(specs: readonly ComparedSpec[]): string[] {
  const byReason = new Map<string, Set<string>>()
  for (const { name, reason } of specs.flatMap(({ attributes }) => attributes)) {
    if (reason === undefined) continue
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(name))
  }
  return [...byReason].map(([reason, names]) => `- ${reason}: ${code([...names])}`)
}

const specSection = (specs: readonly ComparedSpec[]) => [
  '',
  "## Specs of the kernel's families",
  '',
  "The kernel describes some families in YAML (`Documentation/netlink/specs`). This table compares each spec with netloom's own",
  'declarations: attributes by number, payload and nesting, messages by number. A family that is not declared is available by',
  'its spec: see [specs](specs.md).',
  '',
  '| Spec | Attributes: declared | Different | Messages: declared |',
  '| --- | --- | --- | --- |',
  ...specs.map(specRow),
  ...section('Reasons for the differences:', specDifferences(specs)),
]

/** Returns the text of docs/coverage.md. */
export function coveragePage(
  coverage: readonly FamilyCoverage[],
  specs: readonly ComparedSpec[],
  version: string,
): string {
  return `${[
    '# Look up what is declared',
    '',
    "This page lists the share of the kernel's headers and [specs](#specs-of-the-kernels-families) that netloom declares.",
    '`npm run coverage` writes it, and a test compares it with them. Undeclared attributes are not lost: they decode to raw bytes and are',
    'written back unchanged.',
    '',
    'The numbers count names: attributes, messages, commands, flags and other constants. A name counts if something in its enum, or',
    'with its prefix, is declared. Other `#define`s are listed, except for versions, sizes and ioctls. Names that only count or delimit',
    'others (`__X_MAX`, `X_UNSPEC`) and second names do not count.',
    '',
    '| Family | Complete groups: declared | Partial groups: declared | Structs checked | Enums not declared | Structs not declared |',
    '| --- | --- | --- | --- | --- | --- |',
    ...coverage.map(row),
    ...coverage.flatMap(familySection),
    ...specSection(specs),
    '',
    `Checked against the headers of ${version}.`,
  ].join('\n')}\n`
}
