/** False if reading the text has replaced invalid bytes, so that it is not the original name. */
export const isUtf8 = (text: string) => !text.includes('\ufffd')
