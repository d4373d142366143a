// The reference of all messages, generated from the declarations.
import { posix } from 'node:path'
import { Catalog } from './catalog.mjs'
import { headerPages } from './header-pages.mjs'
import { code, page, plain, table } from './markdown.mjs'
import { MessageFiles, PageLinks } from './message-links.mjs'
import { Types } from './types.mjs'

const sentence = (text) => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`)

const intro = (comment) => (comment ? [plain(sentence(comment)), ''] : [])

/** Returns the sections that list the cases of payloads that depend on another member. */
function caseSections(types, rows) {
  const isSelect = ({ kind }) => kind === 'select' || kind === 'selectOuter'
  return rows.flatMap(([key, [, payload]]) => {
    if (!isSelect(payload)) return []
    const rowsOf = ({ cases, otherwise }) => [
      ...Object.entries(cases).map(([value, each]) => [code(value), types.of(each)]),
      ...(otherwise ? (isSelect(otherwise) ? rowsOf(otherwise) : [['others', types.of(otherwise)]]) : []),
    ]
    return [
      '',
      `## Types of ${key}`,
      '',
      ...table([code(payload.selector ?? payload.outer), `Type of ${code(key)}`], rowsOf(payload)),
    ]
  })
}

function setPage(set, { files, types, links }) {
  const { declaration, comment, comments, users } = set
  const rows = Object.entries(declaration.table)
  const columns = ['Key', 'Kernel name', 'Number', 'Type', 'Words and remarks']
  const lines = rows.map(([key, [number, payload]]) => [
    ...[code(key), code(declaration.nameOf(number)), number, types.of(payload)],
    types.remarks(payload, comments[key]),
  ])
  const used = [...new Set(users.filter((user) => user.set ?? user.message).map((user) => links.user(user)))]
  return page(files.set(set), files.title(set), [
    ...intro(comment),
    ...table(columns, lines),
    ...caseSections(types, rows),
    ...(used.length > 0 ? ['## Used by', '', used.map((each) => `- ${each}`).join('\n')] : []),
  ])
}

/** Returns what a message does, as its row declares it. */
function traitsOf([, , , traits], direction) {
  if (direction === 'from the kernel') return 'The kernel sends it.'
  if (direction === 'notification') return 'The kernel sends it to the members of a group.'
  if (traits?.isGet) return `Reads, as a request or as a dump${traits.resets ? ', and resets what it reads' : ''}.`
  const options = (traits?.accepts ?? []).map(code)
  return `Changes something, or is a notification.${options.length > 0 ? ` Options: ${options.join(', ')}.` : ''}`
}

const openedWith = ({ entry, key, isGeneric }) =>
  key === 'rtnetlink'
    ? ["import { Connection } from '@netloom/netlink'", '', 'const connection = Connection.open()']
    : [
        "import { Connection } from '@netloom/netlink'",
        `import { ${key} } from '@netloom/netlink/${entry}'`,
        '',
        `const connection = Connection.${isGeneric ? 'openGeneric' : 'openProtocol'}(${key})`,
      ]

function structure(title, declaration, types) {
  const parts =
    declaration.kind === 'message'
      ? [
          ['header', declaration.header],
          ['attrs', declaration.attrs],
        ]
      : [['payload', declaration]]
  return [`## ${title}`, '', ...parts.map(([name, part]) => `- ${code(name)}: ${types.of(part)}`), '']
}

function messagePage(family, message, { files, types, links }) {
  const [number, request, reply = request] = message.row
  const isFromKernel = message.direction !== undefined && message.direction !== 'to the kernel'
  return page(files.message(family, message), message.name, [
    `${family.isGeneric ? 'Command' : 'Message'} ${number} of ${links.family(family)}. ${traitsOf(message.row, message.direction)}`,
    '',
    ...structure(isFromKernel ? 'Contents' : 'Request', isFromKernel ? reply : request, types),
    ...(reply !== request && !isFromKernel ? structure('Reply', reply, types) : []),
  ])
}

function familyPage(family, { files, links }) {
  const { value, comment, isGeneric, messages, sets } = family
  const groups = Object.entries(value.groups ?? {}).map(([name, number]) => [code(name), number])
  const file = files.family(family)
  const children = [...messages.map((each) => files.message(family, each)), ...sets.map((set) => files.set(set))]
  const lines = [
    ...intro(comment),
    ...(isGeneric ? [`A family of generic netlink, version ${value.version}.`, ''] : []),
    ...['```ts', ...openedWith(family), '```', ''],
    ...['## Messages', ''],
    ...table(
      ['Message', 'Number', 'Effect'],
      messages.map((each) => [links.message(family, each), each.row[0], traitsOf(each.row, each.direction)]),
    ),
    ...(groups.length > 0 ? ['## Groups', '', ...table(['Group', 'Number'], groups)] : []),
    ...['## Attribute sets', ''],
    ...table(
      ['Set', 'Attributes', 'Contents'],
      sets.map((set) => [links.set(set.declaration), Object.keys(set.declaration.table).length, plain(set.comment)]),
    ),
  ]
  return page(
    file,
    family.name,
    lines,
    children.map((child) => posix.relative(posix.dirname(file), child)),
  )
}

function indexPage({ families }, { files, links }, others) {
  const rows = families.map((each) => [
    ...[links.family(each), each.messages.length, each.sets.length, plain(each.comment)],
  ])
  const lines = [
    'Every message, attribute, struct and constant that `@netloom/netlink` declares. These pages are generated from the declarations:',
    'keys are those of decoded values, words those of the API and of iproute2, remarks the comments of the sources.',
    ...['', ...table(['Family', 'Messages', 'Attribute sets', 'Contents'], rows)],
    "[Structs and constants](headers/index.md) are listed by the kernel's headers.",
  ]
  const children = [...families.map((family) => files.family(family)), ...others]
  return page(
    messagesIndex,
    'Messages',
    lines,
    children.map((child) => posix.relative('messages', child)),
  )
}

/** The file of the first page of the reference. */
export const messagesIndex = 'messages/index.md'

/** Returns the pages of the reference: files below `messages/`, and their Markdown. The first one is the index. */
export function messagePages(catalog = new Catalog()) {
  const files = new MessageFiles(catalog)
  const at = (file) => {
    const links = new PageLinks(catalog, files, file)
    return { files, links, types: new Types(links) }
  }
  const pages = catalog.families.flatMap((family) => [
    familyPage(family, at(files.family(family))),
    ...family.messages.map((message) => messagePage(family, message, at(files.message(family, message)))),
    ...family.sets.map((set) => setPage(set, at(files.set(set)))),
  ])
  const headers = headerPages(catalog, files)
  return [indexPage(catalog, at(messagesIndex), [headers[0].file]), ...pages, ...headers]
}
