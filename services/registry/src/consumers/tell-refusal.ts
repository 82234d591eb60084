import { studentTransferRefused } from '@xueji/contracts';
import type { CommandScope } from '@xueji/platform';
import type { DomainError } from '@xueji/workflow';

/** Tells the transfers service that the registry, as the owner of the record, does not do what it was asked for. */
export function tellRefusal(scope: CommandScope, { transferId, studentId }: { transferId: string; studentId: string }, { code, rule, messages }: DomainError): void {
  scope.emit('custody-answer', { id: transferId, version: 1 }, { type: studentTransferRefused.type, key: studentId, data: { studentId, transferId, code, rule, ...messages } });
}
