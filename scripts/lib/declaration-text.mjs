// Prints declarations of compiled declaration files (.d.ts) for reviews.
import ts from 'typescript-5'

const printer = ts.createPrinter({ removeComments: true })

const isHidden = (member) =>
  (member.name && ts.isPrivateIdentifier(member.name)) ||
  (!ts.isConstructorDeclaration(member) &&
    ts.canHaveModifiers(member) &&
    ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword))

/** Returns a class without its private members. A private constructor is kept: it prevents `new`. */
export const visiblePart = (node) =>
  ts.isClassDeclaration(node)
    ? ts.factory.updateClassDeclaration(
        ...[node, node.modifiers, node.name, node.typeParameters, node.heritageClauses],
        node.members.filter((member) => !isHidden(member)),
      )
    : node

/** Removes the modules from types that the compiler has inferred: `import("./codec.js").Struct`. */
const withoutModules = (text) => text.replaceAll(/import\("[^"]+"\)\./g, '')

const textOf = (node, source) => withoutModules(printer.printNode(ts.EmitHint.Unspecified, node, source))

/** Returns the first object type in a node. */
const objectIn = (node) => (ts.isTypeLiteralNode(node) ? node : ts.forEachChild(node, objectIn))

/**
 * Returns the object type of a constant that is a declaration on the wire or a table of numbers; undefined for others. The compiler
 * has inferred its type, of up to thousands of characters.
 */
export const inferredObject = (node) =>
  ts.isVariableDeclaration(node) && node.type?.getText().startsWith('import(') ? objectIn(node.type) : undefined

/** Joins words to lines of at most 120 characters. */
function wrap(words) {
  const lines = []
  for (const word of words) {
    const longer = lines.length > 0 ? `${lines.at(-1)}, ${word}` : word
    if (lines.length > 0 && longer.length <= 120) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** Returns the name of an inferred type, and the names of its members, with their values if these are part of the type. */
function printInferred({ name, type }, object, source) {
  const words = object.members.filter(ts.isPropertySignature).map((member) => {
    const value = ts.isLiteralTypeNode(member.type) ? ` ${textOf(member.type, source)}` : ''
    return member.name.getText(source) + value
  })
  const typeName = /^\w+/.exec(withoutModules(type.getText(source)))[0]
  return [`const ${name.text}: ${typeName} of`, ...wrap(words).map((line) => `  ${line}`)]
}

/** Returns the lines of a declaration, without `export declare`, private members and comments. */
export function printDeclaration(declaration) {
  const source = declaration.getSourceFile()
  const object = inferredObject(declaration)
  if (object) return printInferred(declaration, object, source)
  return textOf(ts.isVariableDeclaration(declaration) ? declaration.parent.parent : visiblePart(declaration), source)
    .replace(/^(?:export |declare )+/, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => '  '.repeat(indent.length / 4))
    .replaceAll(/;$/gm, '')
    .split('\n')
}
