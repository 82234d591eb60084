import { SaxesParser } from 'saxes';
import { workbookXmlIsRefused } from './workbook.refusals';

export type XmlAttributes = Readonly<Record<string, string>>;

/** Told of tags by their local name: producers are free to prefix them. */
export interface XmlHandlers {
  open(name: string, attributes: XmlAttributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

const MAX_DEPTH = 64;
/** The parser holds a tag or a text until it ends, so one that never ends must be stopped. */
const MAX_TOKEN_BYTES = 1 << 20;

export const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Drives `handlers` over an XML part and yields after each chunk, so that what was gathered can be handed on. Entities are never resolved. */
export async function* scanXml(chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  let depth = 0;
  let quietBytes = 0;
  parser.on('error', () => {
    throw workbookXmlIsRefused('MALFORMED');
  });
  parser.on('doctype', () => {
    throw workbookXmlIsRefused('DOCTYPE');
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding && encoding.toLowerCase() !== 'utf-8') throw workbookXmlIsRefused('ENCODING');
  });
  parser.on('opentag', (tag) => {
    quietBytes = 0;
    if (++depth > MAX_DEPTH) throw workbookXmlIsRefused('DEPTH');
    handlers.open(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    quietBytes = 0;
    depth--;
    handlers.close?.(localName(tag.name));
  });
  if (handlers.text) {
    const text = handlers.text.bind(handlers);
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const decode = (chunk?: Buffer) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw workbookXmlIsRefused('ENCODING');
    }
  };
  for await (const chunk of chunks) {
    quietBytes += chunk.length;
    parser.write(decode(chunk));
    if (quietBytes > MAX_TOKEN_BYTES) throw workbookXmlIsRefused('TOKEN_TOO_LONG');
    yield;
  }
  parser.write(decode()).close();
  yield;
}

/** `scanXml` for a part that is small or kept whole. */
export async function readXml(chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> {
  for await (const _ of scanXml(chunks, handlers));
}
