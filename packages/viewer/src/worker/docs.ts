/** Texts of the declarations' comments, by the kernel's name: the build collects them from the sources. */
declare const DECLARATION_DOCS: Readonly<Record<string, string>>

/** Returns the documentation of an attribute, of a struct, or of a member of a struct (`ifinfomsg.index`), in paragraphs. */
export function docsOf(name: string): readonly string[] {
  const text = Object.hasOwn(DECLARATION_DOCS, name) ? DECLARATION_DOCS[name] : undefined
  return text === undefined ? [] : text.split('\n')
}
