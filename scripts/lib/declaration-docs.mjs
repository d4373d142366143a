// Reads the comments of declarations from the sources: the documentation of attributes, structs, constants and messages.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript-5'
import { path } from './repo.mjs'

const folders = ['connector', 'constants', 'diag', 'generic', 'message', 'netfilter', 'rdma', 'route', 'uevent', 'xfrm']
const calls = new Set(['attributes', 'constants', 'struct', 'message', 'genericMessage', 'genericFamily', 'protocol'])

const sources = () =>
  folders.flatMap((folder) => {
    const root = path('packages/netlink/src', folder)
    const names = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.ts'))
    return names.sort().map((name) => join(root, name))
  })

/** Returns the text of comments in one line each, without the characters that mark them. */
const textOf = (source, ranges = []) =>
  ranges
    .map(({ pos, end }) => source.text.slice(pos, end))
    .map((text) => text.replaceAll(/^\/\*+|\*+\/$|^\/\/ ?/g, '').replaceAll(/^\s*\* ?/gm, ''))
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())
    .map((text) => text.replaceAll(/\{@link (?:[^}|]*\|)?([^}]*)\}/g, '`$1`'))
    .join(' ')

/** Returns the doc comment before a statement. Other comments explain the code. */
const leading = (source, node) =>
  textOf(
    source,
    ts
      .getLeadingCommentRanges(source.text, node.getFullStart())
      ?.filter(({ pos }) => source.text.startsWith('/**', pos)),
  )

/** Returns the comment after a row on the same line. It may follow the comma. */
function trailing(source, node) {
  const after = source.text[node.end] === ',' ? node.end + 1 : node.end
  return textOf(source, ts.getTrailingCommentRanges(source.text, after))
}

/** Returns the statement of an exported or local constant whose value is this call; undefined for an inner call. */
function statementOf(call) {
  const { parent } = call
  return ts.isVariableDeclaration(parent) && ts.isVariableStatement(parent.parent.parent)
    ? parent.parent.parent
    : undefined
}

/** Returns the comments of the members of an object literal, by their keys. */
function commentsIn(source, object) {
  const comments = {}
  // A comment after the previous row on its line is found before this one, too.
  let previous = object.getStart() + 1
  for (const member of object.properties) {
    const above = (ts.getLeadingCommentRanges(source.text, member.getFullStart()) ?? []).filter(({ pos }) =>
      source.text.slice(previous, pos).includes('\n'),
    )
    const text = [textOf(source, above), trailing(source, member)].filter(Boolean).join(' ')
    if (text && member.name) comments[member.name.text ?? member.name.getText(source)] = text
    previous = member.end
  }
  return comments
}

/** Returns the declaration of a call: `attributes('IFLA', { … })`. */
function declarationOf(source, file, call) {
  const [name, ...others] = call.arguments
  const object = others.find(ts.isObjectLiteralExpression)
  const statement = statementOf(call)
  return {
    ...{ call: call.expression.text, name: name.text, file },
    ...{ comment: statement ? leading(source, statement) : '', members: object ? commentsIn(source, object) : {} },
    keys: object ? object.properties.map((each) => each.name?.text ?? each.getText(source)) : [],
    kernelNames: object ? kernelNamesIn(object) : {},
  }
}

/** Returns the kernel's names that rows contain (`rtaMultipath: [9, nexthops, 'RTA_MULTIPATH']`), by their keys. The others are derived. */
const kernelNamesIn = (object) =>
  Object.fromEntries(
    object.properties.flatMap(({ name, initializer }) => {
      const given = initializer && ts.isArrayLiteralExpression(initializer) ? initializer.elements[2] : undefined
      return given && ts.isStringLiteral(given) ? [[name.text, given.text]] : []
    }),
  )

/**
 * Returns the declarations in the sources, with their comments. Each has the function that declares it (`call`), the name that is its
 * first argument, its file, its keys, the kernel's names of those whose name is not derived from the key, its comment, and the comments of
 * its members by key.
 */
export function declarationDocs(files = sources()) {
  const found = []
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node) => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && calls.has(node.expression.text)) {
        const [name] = node.arguments
        if (name && ts.isStringLiteral(name)) found.push(declarationOf(source, file.slice(path('').length), node))
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return found
}

/** Returns the header of the kernel that a comment names: `linux/if_link.h`. */
export const headerIn = (comment) => /\b(?:linux|net|rdma|asm-generic)\/[\w/-]+\.h\b/.exec(comment)?.[0]
