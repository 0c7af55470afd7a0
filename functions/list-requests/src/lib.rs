//! `list-requests`: the list of the Approval Center. It is a component of its own because it is read all the time: it is built
//! for speed, and what is done with a request is not.

mod list;
mod listed;
mod query;
mod row;

countersign_http::operations![list::list_requests];
