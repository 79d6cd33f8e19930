import { addressOf, ApiError } from '#contract/client.ts';
import { api } from '#contract/api.ts';
import { errorSchema } from '#contract/values.ts';

export interface UploadOptions {
  /** Bytes sent so far. */
  readonly onProgress?: (sentBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** The path of the copy on the engine's machine. */
export type Upload = (file: File, options?: UploadOptions) => Promise<string>;

/**
 * Sends files to the engine. By XMLHttpRequest, because fetch reports no progress of what it sends.
 *
 * @throws ApiError, or an AbortError where the signal ended it
 */
export function createUpload({ baseUrl, token }: { baseUrl: string; token: string }): Upload {
  return (file, { onProgress, signal } = {}) =>
    new Promise((resolve, reject) => {
      const aborted = () => new DOMException('The upload was cancelled.', 'AbortError');
      if (signal?.aborted) return reject(aborted());
      const request = new XMLHttpRequest();
      const { upload } = api.system;
      request.open(upload.method, `${baseUrl}${addressOf(upload, { query: { name: file.name } })}`);
      request.setRequestHeader('authorization', `Bearer ${token}`);
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
      request.onload = () => {
        const body: unknown = parseJson(request.responseText);
        if (request.status === 200) return resolve(upload.response.parse(body).path);
        const refusal = errorSchema.safeParse(body);
        reject(
          refusal.success
            ? new ApiError(refusal.data.kind, refusal.data.message, request.status)
            : new ApiError('internal', `The engine answered ${request.status} without a reason.`, request.status),
        );
      };
      request.onerror = () =>
        reject(new ApiError('unreachable', 'The engine does not answer. Drop the file again.', 0));
      request.onabort = () => reject(aborted());
      signal?.addEventListener('abort', () => request.abort(), { once: true });
      request.send(file);
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not of the engine; the caller reports the status.
    return null;
  }
}
