/** Texts of the declarations' comments by the kernel's name, as JSON: the build collects them from the sources. */
declare const DECLARATION_DOCS: string

let docs: Readonly<Record<string, string>> | undefined

/** Returns the documentation of an attribute, of a struct, or of a member of a struct (`ifinfomsg.index`), in paragraphs. */
export function docsOf(name: string): readonly string[] {
  docs ??= JSON.parse(DECLARATION_DOCS) as Readonly<Record<string, string>>
  const text = Object.hasOwn(docs, name) ? docs[name] : undefined
  return text === undefined ? [] : text.split('\n')
}
