//! Examples of the answers that are not JSON, for the API document. A test compares them with real ones.

/// Exported requests as JSON lines.
pub const EXPORT_LINES: &str = concat!(
    "{\"id\":\"req_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"kind\":\"application\",\"status\":\"approved\",\"created_at\":\"2026-01-31T12:00:00Z\",\"expires_at\":\"2026-02-14T12:00:00Z\",\"count\":1,\"organization_id\":\"org_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"organization\":\"Company A\",\"group_id\":\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"computer_id\":\"cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"hostname\":\"pc-7\",\"computer_name\":null,\"unconfirmed\":false,\"username\":\"ann\",\"other_users\":0,\"users\":[{\"username\":\"ann\",\"email\":\"ann@company.example\",\"reason\":\"I need it for the quarterly report\",\"asked_at\":\"2026-01-31T12:00:00Z\",\"count\":1,\"amended_at\":null,\"withdrawn_at\":null}],\"assignee_id\":null,\"assignee\":null,\"assigned_since\":null,\"name\":\"setup.exe\",\"path\":\"C:\\\\Users\\\\ann\\\\Downloads\\\\setup.exe\",\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"size\":1048576,\"certificate\":\"CN=Example Software\",\"device_id\":null,\"access\":null,\"reason\":\"I need it for the quarterly report\",\"policy_id\":\"pol_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"outcome\":\"approved\",\"scope\":\"computer\",\"decided_at\":\"2026-01-31T12:05:00Z\",\"decided_by_id\":\"adm_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"decided_by\":\"Kim Winter\",\"rule_id\":null,\"rule\":null,\"message\":\"You may use it until Friday.\",\"note\":null,\"condition\":\"file\",\"approval_expires_at\":null,\"lasts_seconds\":null,\"use_by\":null,\"grant_id\":\"grt_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"flag_id\":null,\"settled_by\":null,\"revoked_at\":null,\"revoked_by\":null,\"ended_at\":null,\"earlier_decisions\":[]}\n",
    "{\"end\":{\"rows\":1,\"looked_at\":1,\"next_cursor\":null}}\n",
);

/// The same as a table.
pub const EXPORT_TABLE: &str = concat!(
    "id,kind,status,created_at,expires_at,count,organization_id,organization,group_id,computer_id,hostname,computer_name,unconfirmed,username,other_users,users,assignee_id,assignee,assigned_since,name,path,sha256,size,certificate,device_id,access,reason,policy_id,outcome,scope,decided_at,decided_by_id,decided_by,rule_id,rule,message,note,condition,approval_expires_at,lasts_seconds,use_by,grant_id,flag_id,settled_by,revoked_at,revoked_by,ended_at,earlier_decisions\r\n",
    "req_01ARZ3NDEKTSV4RRFFQ69G5FAV,application,approved,2026-01-31T12:00:00Z,2026-02-14T12:00:00Z,1,org_01ARZ3NDEKTSV4RRFFQ69G5FAV,Company A,grp_01ARZ3NDEKTSV4RRFFQ69G5FAV,cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV,pc-7,,false,ann,0,\"[{\"\"username\"\":\"\"ann\"\",\"\"email\"\":\"\"ann@company.example\"\",\"\"reason\"\":\"\"I need it for the quarterly report\"\",\"\"asked_at\"\":\"\"2026-01-31T12:00:00Z\"\",\"\"count\"\":1,\"\"amended_at\"\":null,\"\"withdrawn_at\"\":null}]\",,,,setup.exe,C:\\Users\\ann\\Downloads\\setup.exe,9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,1048576,CN=Example Software,,,I need it for the quarterly report,pol_01ARZ3NDEKTSV4RRFFQ69G5FAV,approved,computer,2026-01-31T12:05:00Z,adm_01ARZ3NDEKTSV4RRFFQ69G5FAV,Kim Winter,,,You may use it until Friday.,,file,,,,grt_01ARZ3NDEKTSV4RRFFQ69G5FAV,,,,,,\r\n",
    "#end,1,\r\n",
);

/// A report as a table, by day.
pub const REPORT_TABLE: &str = concat!(
    "day,made,approved,denied,ignored,expired,cancelled,revoked,decided_by_people,decided_by_rule,approved_by_rule,denied_by_rule,median_seconds,nine_of_ten_seconds,within_60_seconds,within_120_seconds,within_300_seconds,within_600_seconds,within_900_seconds,within_1800_seconds,within_3600_seconds,within_7200_seconds,within_14400_seconds,within_28800_seconds,within_86400_seconds,within_172800_seconds,within_345600_seconds,within_604800_seconds,longer\r\n",
    "2026-01-30,12,7,2,1,1,1,0,9,1,1,0,120,3240,3,4,0,0,0,0,2,0,0,0,0,0,0,0,0\r\n",
    "2026-01-31,4,3,1,0,0,0,0,4,0,0,0,60,540,3,0,0,1,0,0,0,0,0,0,0,0,0,0,0\r\n",
);

/// Computers that have not been seen, as a table.
pub const UNSEEN_TABLE: &str = concat!(
    "computer_id,hostname,name,organization_id,organization,group_id,last_seen_at,has_checked_in,agent_version\r\n",
    "cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV,pc-7,Reception,org_01ARZ3NDEKTSV4RRFFQ69G5FAV,Company A,grp_01ARZ3NDEKTSV4RRFFQ69G5FAV,2026-01-01T12:00:00Z,true,1.4.0\r\n",
);
