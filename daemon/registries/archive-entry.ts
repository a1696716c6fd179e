import { gunzipSync, inflateRawSync } from 'node:zlib';

/** The content of the first entry of a gzipped tar archive (npm package, sdist) whose name passes, or nothing. */
export function readTarEntry(archive: Uint8Array, wanted: (name: string) => boolean): Buffer | undefined {
  const tar = gunzipSync(archive);
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length;) {
    const header = tar.subarray(at, at + 512);
    const name = longName ?? tarName(header);
    if (!name) return undefined;
    const size = parseInt(text(header.subarray(124, 136)), 8) || 0;
    const content = tar.subarray(at + 512, at + 512 + size);
    const kind = String.fromCharCode(header[156]!);
    longName = kind === 'x' ? paxPath(content) : kind === 'L' ? text(content) : undefined;
    if ((kind === '0' || kind === '\0') && wanted(name)) return content;
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}

function tarName(header: Buffer): string {
  const prefix = text(header.subarray(345, 500));
  const name = text(header.subarray(0, 100));
  return prefix && text(header.subarray(257, 262)) === 'ustar' ? `${prefix}/${name}` : name;
}

/** `path` of a pax extended header, whose lines are `<length> <key>=<value>`. */
function paxPath(content: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(content.toString())?.[1];
}

/** The content of the first entry of a zip archive (wheel) whose name passes, or nothing. */
export function readZipEntry(archive: Uint8Array, wanted: (name: string) => boolean): Buffer | undefined {
  const zip = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('It is no zip archive.');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength!);
    if (wanted(name)) return zipContent(zip, at);
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return undefined;
}

/** `entry` is the offset of the entry in the central directory. */
function zipContent(zip: Buffer, entry: number): Buffer {
  const method = zip.readUInt16LE(entry + 10);
  const packedSize = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + packedSize);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`It uses compression method ${method}, which is not read here.`);
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}
