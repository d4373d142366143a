/** False if bytes that are not UTF-8 were replaced when the text was read: the name is a different one then. */
export const isUtf8 = (text: string) => !text.includes('\ufffd')
