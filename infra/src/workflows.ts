import { workflows as accounts } from '@xueji/accounts/dist/src/workflows';
import { workflows as helpdesk } from '@xueji/helpdesk/dist/src/workflows';
import { workflows as preschool } from '@xueji/preschool/dist/src/workflows';
import { workflows as registry } from '@xueji/registry/dist/src/workflows';
import { workflows as schoolCodes } from '@xueji/school-codes/dist/src/workflows';
import { workflows as transfers } from '@xueji/transfers/dist/src/workflows';

/** Every workflow, for the diagrams in the READMEs. */
export const workflowsByService: Record<string, readonly { name: string }[]> = { accounts, helpdesk, preschool, registry, 'school-codes': schoolCodes, transfers };
